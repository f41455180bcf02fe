"""Classes of what the plumbing stores."""

from branch_portal.data_classes import L1, L2, declare

declare(
    "branch_portal.ListExport",
    L2,
    l1="file_name model_label scope",
    l2="reason",
    l3="asked content ip",
    plain={"ip": "安全追溯需要按来源查找，只有导出人本人和审计可见"},
)
declare("branch_portal.Job", L1, l1="kind result_url error", l2="title arguments result")
declare(
    "branch_portal.KeptForm",
    L2,
    l1="key",
    l3="data",
    plain={"data": "没有提交的表单原样保存，只有本人可读，三十天后删除；名册表单不自动保存"},
)
declare("branch_portal.SubmissionKey", L1, l1="result_url")
declare("branch_portal.AuditAnchor", L1, l1="table columns leaves previous mac")
declare("branch_portal.BackupRun", L1, l1="tool name words")
declare("branch_portal.SealingKey", L1, l1="kid check_value")
declare("branch_portal.KeyEvent", L1, l1="kid")
declare("branch_portal.RetentionRun", L1, l1="removed failed")
declare("branch_portal.TickerBeat", L1, l1="ticker detail")
declare("branch_portal.ProcessBeat", L1, l1="name queues")
