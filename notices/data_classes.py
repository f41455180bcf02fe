"""Classes of what is said, to whom, and how it went."""

from branch_portal.data_classes import L1, L2, declare

declare(
    "notices.RobotAddress",
    L1,
    l1="name url_tail rule_keys",
    l4="url url_index secret",
    plain={"url_index": "带密钥的校验值，用于查重；没有密钥无法反推"},
)
declare("notices.RobotBucket", L1)
declare("notices.ReminderRule", L1, l1="key name clause offsets_minutes offsets_months")
declare("notices.ReminderRuleOverride", L1, l1="offsets_minutes offsets_months")
declare("notices.ReminderSlot", L1, l1="subject due_key link", l2="audience title body")
declare("notices.Delivery", L2, l1="last_error provider_id")
declare("notices.CalendarFeed", L2, l4="token_hash", plain={"token_hash": "只存不可逆的校验值"})
declare("notices.Notice", L2, l2="title text audience correction withdrawal_reason")
declare("notices.NoticeTarget", L2)
declare("notices.NoticeAnswer", L2, l2="reason")
declare("notices.NoticeAttachment", L2, l1="stored_name content_type sha256", l2="file_name")
declare("notices.MessagePreference", L2, l1="muted")
declare("notices.DailyMail", L2)
