"""Classes of what is kept of organisations, people and accounts (reliability 5.1)."""

from branch_portal.data_classes import L1, L2, declare

_TRACE = "安全追溯需要按来源查找；只增不改，只有审计人员可见"
_HASH = "只存不可逆的校验值"
_SESSION = "会话须由数据库直接读取；失效后每晚删除，导出和备份之外无人可读"

declare(
    "members.PartyOrganization",
    L1,
    l1="path name short_name code unit_name unit_credit_code usual_place",
    l2="contact_name contact_phone",
)
declare("members.OrganizationChange", L1, l1="name short_name reason")
declare(
    "members.Member",
    L2,
    l2="name name_pinyin name_initials ethnicity birth_year education job_post employer mobile_tail floating_destination "
    "degree new_stratum professional_title native_place admission_type admitted_branch",
    l3="birth_date mobile mobile_index landline home_address registered_address",
    l4="id_number id_number_index",
    plain={
        "id_number_index": "带密钥的校验值，用于查重；没有密钥无法反推",
        "mobile_index": "带密钥的校验值，用于按号码查找；没有密钥无法反推",
    },
)
declare("members.MemberKey", L2, l4="salt", plain={"salt": "没有密钥文件的盐解不开任何内容；不进历史"})
declare(
    "members.User",
    L2,
    l2="username display_name",
    l3="email",
    l4="password",
    plain={"password": _HASH, "email": "登录和发送邮件时按地址使用，只有本人和账号管理员可见"},
)
declare("members.RoleGrant", L2, l2="reason")
declare("members.FirstAdminLink", L1, l4="token_hash", plain={"token_hash": _HASH})
declare("members.Affiliation", L2, l2="exit_type reason")
declare(
    "members.PersonalDataAccess",
    L2,
    l1="field",
    l3="user_label reason ip",
    plain=dict.fromkeys(("user_label", "reason", "ip"), "审计记录须可读可查；只增不改"),
)
declare("members.DictionaryEntry", L1, l1="code label")
declare("members.ErasureRequest", L2, l1="clause", l2="reason reply")
declare("members.PersonalDataErasure", L2)
declare(
    "members.RosterExport",
    L2,
    l1="file_name scope",
    l2="reason",
    l3="asked content ip",
    plain={"ip": _TRACE},
)
declare("members.ImportBatch", L2, l1="file_name mapping figures", l2="preview", l4="content")
declare("members.ColumnMapping", L1, l1="signature mapping")
declare("members.PostTenure", L2)
declare("members.PostDefinition", L1, l1="duties tasks methods standards")
declare("members.CommitteeTerm", L1, l1="approval_reference extension_reference")
declare("members.Commendation", L2, l2="title level awarded_by reference")
declare("members.MemberFile", L2, l1="stored_name content_type sha256", l2="title file_name")
declare("members.CorrectionRequest", L2, l1="field", l2="note reply", l4="proposed")
declare(
    "members.SignInSession",
    L2,
    l1="device",
    l3="network",
    l4="session_key session_data",
    plain={"session_key": _SESSION, "session_data": _SESSION, "network": "本人据此辨认登录；随会话删除"},
)
declare("members.KnownDevice", L2, l2="device", l4="token_hash", plain={"token_hash": _HASH})
declare("members.AccountLink", L2, l4="token_hash", plain={"token_hash": _HASH})
declare("members.TotpDevice", L2, l4="secret")
declare("members.RecoveryCode", L2, l4="code_hash", plain={"code_hash": _HASH})
declare("members.PasswordRecord", L2, l4="encoded", plain={"encoded": _HASH})
declare(
    "members.SecurityEvent",
    L2,
    l1="device request",
    l2="user_label by_label detail",
    l3="ip",
    plain={"ip": _TRACE},
)
declare("members.LoginAttempt", L1, l1="key")
declare("members.MemberStatus", L2, l2="reason place reference")
declare("members.VotingRightFact", L2)
declare("members.ContactLog", L2)
declare("members.AffiliationTransfer", L2, l2="to_name reason letter_no closing_note")
