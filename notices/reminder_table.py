"""Every reminder in one table (domain 11.1 and what the portal itself asks for): read it from top to bottom.

`times` are the first times of the rule; what a committee sets is in `ReminderRule` and `ReminderRuleOverride`. The
same table, with the texts that go out, is docs/reminder-rules.md, which a test compares with this file.
"""

import datetime

from notices.registry import OFFICERS, ReminderKind, register

#: Weekly until somebody deals with it, for two months; after that the workbench alone says so.
_TWO_MONTHS = datetime.timedelta(days=58)
_WEEKLY = "过后每 7 天共 8 次"
_MEMBER = "党员本人"

REMINDERS = (
    # --- 组织生活 ---
    ReminderKind(key="meeting_notice", name="会议和活动通知", clause="支部工作条例：会议时间、地点、议题提前通知",
                 anchor="活动开始时间", times="提前 3 天、1 小时", audience="应到人员：支部、党小组或支委会成员", urgent=True, before_only=True,
                 text="{活动类型}：{日期} {时间}", until="活动开始；改期、取消后作废，已通知的人收到新时间"),
    ReminderKind(key="theme_day_next", name="主题党日提醒", clause="支部工作条例第十六条：每月相对固定1天",
                 anchor="本支部的主题党日（逢节假日顺延）", times="提前 7 天、1 天，当天", text="{月}主题党日", until="已开展"),
    ReminderKind(key="general_meeting_due", name="支部党员大会提醒", clause="支部工作条例第十一条：一般每季度召开1次",
                 anchor="季度末", times="提前 30 天、14 天、3 天", text="{季度}支部党员大会", until="已召开"),
    ReminderKind(key="committee_meeting_due", name="支部委员会会议提醒", clause="支部工作条例第十二条：一般每月召开1次",
                 anchor="月末", times="提前 10 天、3 天", text="{月}支部委员会会议", until="已召开"),
    ReminderKind(key="cell_meeting_due", name="党小组会提醒", clause="支部工作条例第十三条：一般每月召开1次",
                 anchor="月末，按党小组", times="提前 10 天、3 天", text="{月}党小组会", until="已召开"),
    ReminderKind(key="lecture_due", name="党课提醒", clause="支部工作条例第十六条：按期开展党课",
                 anchor="季度末", times="提前 30 天、7 天", text="{季度}党课", until="已开展"),
    ReminderKind(key="record_overdue", name="活动记录提醒", clause="会后及时整理记录",
                 anchor="活动日期；已提交待确认或已退回的为其后第 7 天", times="过后 1 天、7 天", grace=datetime.timedelta(days=14),
                 text="整理记录：{日期}{活动类型}", until="已确认"),
    ReminderKind(key="org_life_meeting_due", name="组织生活会提醒", clause="支部工作条例第十七条：每年至少召开1次，一般在第四季度",
                 anchor="12月31日；过后为次年3月31日", times="提前 91 天、30 天", text="{年}年度组织生活会", until="已召开"),
    ReminderKind(key="appraisal_due", name="民主评议党员提醒", clause="支部工作条例第十八条：一般每年开展1次",
                 anchor="12月31日；过后为次年3月31日", times="提前 91 天、30 天", text="{年}年度民主评议党员", until="已开展"),
    ReminderKind(key="heart_talk_gap", name="谈心谈话提醒", clause="支部工作条例第十九条：每年谈心谈话一般不少于1次",
                 anchor="12月31日", times="提前 91 天、30 天", text="{年}年度谈心谈话：{缺口人数}", until="已谈到"),
    ReminderKind(key="resolution_due", name="决议事项提醒", clause="会议决议明确责任人和完成时限，抓好落实",
                 anchor="决议的完成时限", times="提前 7 天，当天", text="落实{日期}{活动类型}的第 {序号} 项决议", until="已办结"),
    ReminderKind(key="record_returned", name="记录退回修改通知", clause="会议记录应真实、完整", at_once=True,
                 anchor="退回时", text="请修改记录：{日期}{活动类型}", until="30 天"),
    # --- 检查 ---
    ReminderKind(key="record_comment", name="批注和答复", at_once=True, anchor="发表时", audience="支委会成员；答复时为上级党委工作人员",
                 text="记录有批注：{日期}{活动类型}", until="30 天"),
    ReminderKind(key="finding_told", name="检查问题通知", clause="检查发现的问题限期整改", at_once=True,
                 anchor="提出、办结或要求继续整改时", text="检查发现问题，请整改：{检查名称}", until="30 天"),
    ReminderKind(key="finding_due", name="问题整改提醒", clause="检查发现的问题限期整改",
                 anchor="整改期限", times="提前 3 天，当天，过后 7 天", text="整改：{检查名称}第 {序号} 项", until="已提交整改情况"),
    ReminderKind(key="finding_answered", name="整改情况待核验", clause="检查发现的问题限期整改", at_once=True,
                 anchor="提交时", audience="提出问题的党委工作人员", text="{党支部}已提交整改情况", until="30 天"),
    # --- 到会情况 ---
    ReminderKind(key="leave_request", name="请假待审批提醒", clause="不能参加的，应事先请假",
                 anchor="活动日期", times="提前 2 天，当天", text="审批请假：{日期}{活动类型}（{人数} 人）", until="已审批"),
    ReminderKind(key="make_up", name="补课提醒", clause="缺席的党员应补学补课",
                 anchor="补课期限", times="马上，提前 3 天", audience=_MEMBER, text="补课：{日期}的活动", until="期限当天结束，或已提交"),
    ReminderKind(key="make_up_review", name="补课待审核提醒", clause="缺席的党员应补学补课",
                 anchor="提交后第 7 天", times="当天，过后 7 天", text="审核补课：{日期}的活动", until="已审核"),
    ReminderKind(key="attendance_dispute", name="到会情况异议提醒", clause="党员对登记提出异议的，应在期限内答复",
                 anchor="答复期限", times="提前 6 天、1 天，过后 1 天", text="答复到会情况异议：{日期}的活动", until="已答复"),
    ReminderKind(key="attendance_answer", name="请假、补课和异议的答复", at_once=True,
                 anchor="答复时", audience=_MEMBER, text="{答复}：{日期}的活动", until="14 天"),
    # --- 报名和共建 ---
    ReminderKind(key="signup_moved_up", name="报名递补通知", clause="候补按报名先后自动递补", at_once=True,
                 anchor="递补时", audience="递补的党员", text="已递补，请参加：{活动类型}（{日期}）", until="活动开始"),
    ReminderKind(key="joint_invitation", name="共建邀请", clause="共建活动由各党支部分别登记、分别确认", at_once=True,
                 anchor="邀请时", audience="受邀支部的支委会成员", text="共建邀请：{活动类型}（{日期}）", until="活动结束"),
    ReminderKind(key="joint_answer", name="共建答复", clause="共建活动由各党支部分别登记、分别确认", at_once=True,
                 anchor="答复时", audience="主办支部的支委会成员", text="{党支部}{答复}", until="活动结束"),
    # --- 党员 ---
    ReminderKind(key="confirmation_due", name="预备党员转正提醒", clause="《中国共产党章程》第七条",
                 anchor="预备期满日", times="提前 60 天、30 天、7 天，当天，过后每 7 天共 12 次", grace=datetime.timedelta(days=90),
                 text="讨论 {人数} 名预备党员能否转为正式党员", until="已讨论决定"),
    ReminderKind(key="political_birthday_list", name="本月政治生日名单", clause="党员政治生日",
                 anchor="每月1日", times="当天", text="{月}政治生日：{人数} 名党员", until="当月3日", grace=datetime.timedelta(days=3)),
    ReminderKind(key="political_birthday", name="政治生日提醒", clause="党员政治生日",
                 anchor="政治生日（2月29日的，平年为28日）", times="提前 7 天，当天", text="{人数} 名党员的政治生日", until="当天结束"),
    ReminderKind(key="party_standing_50", name="党龄满50年提醒", clause="光荣在党50年纪念章",
                 anchor="4月30日（3、4月提醒）", times="提前 60 天、14 天", text="{人数} 名党员党龄在七月一日前满50年，请核对名单", until="5月1日"),
    ReminderKind(key="retirement_age", name="到龄党员提醒",
                 anchor="满 60 周岁的当月末", times="提前 14 天", text="{人数} 名党员本月满 60 周岁，请核对工作岗位、党小组和党费标准", until="当月末"),
    ReminderKind(key="transfer_letter_expiry", name="组织关系介绍信到期提醒", clause="党员教育管理工作条例第二十五条：转接组织关系",
                 anchor="介绍信有效期", times=f"提前 30 天、7 天，当天，{_WEEKLY}", grace=_TWO_MONTHS,
                 text="1 封组织关系介绍信有效期将满，接收前仍由本支部管理", until="已接收"),
    ReminderKind(key="floating_contact", name="外出党员联系提醒", clause="流动党员管理工作的意见：流出地党组织保持联系",
                 anchor="上次联系后 3 个月，在国（境）外的 6 个月", times=f"当天，{_WEEKLY}", grace=_TWO_MONTHS,
                 text="与 {人数} 名外出党员保持联系", until="已登记联系"),
    ReminderKind(key="floating_began", name="外出满六个月提醒", clause="流动党员管理工作的意见：连续六个月以上无法正常参加活动",
                 anchor="外出满 6 个月", times="当天", text="{人数} 名党员外出满六个月，请核对是否按流动党员管理或转接组织关系", until="次日"),
    ReminderKind(key="lost_contact_6m", name="失去联系满六个月提醒", clause="党员教育管理工作条例第二十四条",
                 anchor="上次联系后 6 个月", times=f"当天，{_WEEKLY}", grace=_TWO_MONTHS,
                 text="{人数} 名党员失去联系满六个月，请研究是否停止党籍", until="已作出决定"),
    ReminderKind(key="suspended_2y", name="停止党籍满两年提醒", clause="党员教育管理工作条例第二十四条",
                 anchor="停止党籍后 2 年", times=f"当天，{_WEEKLY}", grace=_TWO_MONTHS,
                 text="{人数} 名党员因失联停止党籍满两年，请研究如何处置", until="已作出决定"),
    ReminderKind(key="correction_due", name="信息更正申请答复提醒", clause="《个人信息保护法》第四十六条：及时更正、补充",
                 anchor="申请后第 15 天", times="提前 3 天，当天，过后 7 天", text="答复党员的信息更正申请", until="已答复"),
    # The answer's words are the branch's own and may name what mail must not.
    ReminderKind(key="correction_answered", name="信息更正申请答复", clause="《个人信息保护法》第四十六条：及时更正、补充",
                 anchor="答复时", audience=_MEMBER, outside=False, at_once=True, text="您的信息更正申请已有答复", until="30 天"),
    ReminderKind(key="erasure_due", name="删除或停止处理申请答复提醒", clause="《个人信息保护法》第四十七条、第五十条",
                 anchor="申请后第 15 天", times="提前 3 天，当天，过后 7 天", text="答复党员删除或停止处理个人信息的申请", until="已答复"),
    ReminderKind(key="erasure_answered", name="删除或停止处理申请答复", clause="《个人信息保护法》第四十七条、第五十条",
                 anchor="答复时", audience=_MEMBER, outside=False, at_once=True, text="您的个人信息申请已有答复", until="30 天"),
    # --- 学习 ---
    ReminderKind(key="study_hours_gap", name="学时提醒", clause="党员教育管理工作条例第二十条：每年集中学习培训不少于32学时",
                 anchor="12月31日（7月至9月只提醒不足一半的）", times="提前 183 天、91 天、30 天", audience=f"学时不足的党员；{OFFICERS}（只有人数）",
                 text="{人数} 名党员今年的学时{还没有达到要求}", until="已达到"),
    ReminderKind(key="probation_training", name="预备期集中培训提醒", clause="预备期内一般参加1次上级党组织的集中培训",
                 anchor="预备期满日", times="提前 90 天、30 天", text="{人数} 名预备党员在预备期内应参加集中培训", until="已有集中培训学时"),
    ReminderKind(key="first_year_training", name="转正一年内培训提醒", clause="转正后一年内一般参加1次上级党组织的集中培训",
                 anchor="转正满一年", times="提前 90 天、30 天", text="{人数} 名党员在转正一年内应参加集中培训", until="已有集中培训学时"),
    ReminderKind(key="new_secretary_training", name="新任书记培训提醒", clause="新任党支部书记一般在半年内参加任职培训",
                 anchor="任职满 6 个月", times="提前 60 天、14 天", audience=f"{OFFICERS}；上级党委工作人员",
                 text="新任党支部书记应参加任职培训", until="已有集中培训学时"),
    ReminderKind(key="study_question", name="学时疑问待答复提醒", clause="党员对学时有疑问的，应在期限内答复",
                 anchor="答复期限", times="提前 9 天、1 天，过后 1 天", text="答复学时疑问", until="已答复"),
    ReminderKind(key="study_question_answer", name="学时疑问的答复", at_once=True,
                 anchor="答复时", audience=_MEMBER, text="您的学时疑问已有答复", until="30 天"),
    ReminderKind(key="training_notice", name="集中培训班通知", clause="党员教育管理工作条例第二十条：集中学习培训",
                 anchor="开班时间", times="提前 1 天", audience="参训党员", text="集中培训班：{名称}", until="开班"),
    ReminderKind(key="submission_review", name="自学申报待审核提醒", clause="个人自学由党员申报、党支部审核",
                 anchor="申报后的审核期限", times="提前 7 天，当天，过后 7 天", text="审核自学申报（{人数} 人）", until="已审核"),
    ReminderKind(key="submission_answer", name="自学申报的审核结果", at_once=True,
                 anchor="审核时", audience=_MEMBER, text="您的自学申报已审核", until="30 天"),
    # --- 通知 ---
    ReminderKind(key="notice", name="通知", at_once=True,
                 anchor="发出时", audience="通知的对象", text="{标题}", until="答复截止或 30 天"),
    ReminderKind(key="notice_reminder", name="未答复通知提醒", at_once=True,
                 anchor="发送人提醒时", audience="还没有答复的人", text="请答复：{标题}", until="答复截止或 30 天"),
    ReminderKind(key="notice_answer_due", name="答复上级通知提醒", clause="按上级通知要求的时间答复",
                 anchor="答复截止日", times="提前 1 天，当天", text="答复上级通知", until="已答复"),
    # --- 上级的工作要求和填报要求 ---
    ReminderKind(key="work_request", name="上级工作要求", at_once=True,
                 anchor="发出时", audience="被要求的党支部的支委会成员", text="{党组织}的工作要求：{标题}", until="30 天；撤回或办结后作废"),
    ReminderKind(key="work_request_reminder", name="未填报提醒", at_once=True,
                 anchor="上级提醒时", audience="还没有填报的党支部的支委会成员", text="请办理：{党组织}的工作要求", until="30 天；撤回或办结后作废"),
    ReminderKind(key="work_request_returned", name="填报退回", at_once=True,
                 anchor="退回时", audience="该党支部的支委会成员", text="{党组织}退回了填报内容，请修改后再提交", until="30 天"),
    ReminderKind(key="work_request_due", name="工作要求到期提醒", clause="按上级要求的时间办理",
                 anchor="截止日", times="提前 3 天、1 天，当天", text="办理{党组织}的工作要求：{标题}", until="已填报"),
    ReminderKind(key="robot_test", name="群机器人测试", at_once=True, urgent=True,
                 anchor="发送测试时", audience="这个群", text="测试消息", until="10 分钟"),
    # --- 党委督查 ---
    ReminderKind(key="committee_reminder", name="党委提醒", clause="党委对所属党支部的组织生活进行督促指导", at_once=True,
                 anchor="党委发出时", text="{党委}提醒：{事项}还没有记录", until="30 天"),
    # --- 后台任务 ---
    # What came of long work may say of whom it was.
    ReminderKind(key="job_ended", name="后台任务结果", outside=False, at_once=True,
                 anchor="任务结束时", audience="提交任务的人", text="{任务名称}：{结果}", until="30 天"),
    # --- 账号 ---
    ReminderKind(key="account_changed", name="账号变动通知", at_once=True,
                 anchor="变动时", audience="账号本人", text="您的账号有变动", until="30 天"),
    # --- 保密 ---
    ReminderKind(key="marking_refused", name="密级标志拦截通知", clause="《中华人民共和国保守国家秘密法》第三十一条", at_once=True,
                 anchor="拦截时", audience="本支部的保密委员和书记、上级党委工作人员", text="有内容因带密级标志未予保存，请核实", until="30 天"),
    # --- 组织 ---
    ReminderKind(key="term_expiry", name="任期届满提醒", clause="《关于党的基层组织任期的意见》",
                 anchor="届满日期（已批准延期的为延期日）", times="提前 6 个月、3 个月、1 个月，当天",
                 audience="支委会成员或本级党委工作人员；上级党委工作人员", text="换届：任期{日期}届满", until="已换届"),
    # --- 统计 ---
    ReminderKind(key="half_year_statistics", name="半年统计提醒", clause="党内统计半年报",
                 anchor="6月30日", times=f"提前 14 天，当天，{_WEEKLY}", grace=_TWO_MONTHS,
                 audience="本级党委工作人员", text="上报{年}半年党内统计", until="已上报，或过后 60 天"),
    ReminderKind(key="annual_statistics", name="年度统计提醒", clause="党内统计年报",
                 anchor="12月31日", times=f"提前 14 天，当天，{_WEEKLY}", grace=_TWO_MONTHS,
                 audience="本级党委工作人员", text="上报{年}年度党内统计", until="已上报，或过后 60 天"),
)  # fmt: skip

for _kind in REMINDERS:
    register(_kind)
