"""Classes of what happened: gatherings, rolls, records, votes, appraisals, talks."""

from branch_portal.data_classes import L1, L2, declare

_FILE = "stored_name content_type sha256"

declare("activities.RedBase", L1, l1="name place opening_hours note", l2="contact")
declare("activities.Gathering", L1, l1="theme place", l2="state_reason note")
declare("activities.GatheringBranch", L2, l2="observers")
declare(
    "activities.ActivityRecord",
    L2,
    l1="content_hash verify_code",
    l2="title preparation content summary lecturer material returned_reason",
)
declare("activities.AgendaItem", L2, l2="title")
declare("activities.Remark", L2, l2="speaker_name text")
declare("activities.Resolution", L2, l2="text owner_name closing_note")
declare("activities.Amendment", L2, l2="old_text new_text reason")
declare("activities.AppraisalSheet", L2, l2="over_cap_reason committee_opinion")
declare("activities.AppraisalEntry", L2, l2="name", l3="self_grade tally grade reason follow_up")
declare("activities.Attachment", L2, l1=f"{_FILE} thumb_name", l2="caption file_name")
declare("activities.CadenceRule", L1, l1="clause")
declare("activities.BranchYear", L1)
declare("activities.AttendanceDispute", L2, l2="written statement answer")
declare("activities.VotingRule", L1, l1="clause")
declare("activities.Ballot", L2, l1="terms", l2="title subject_name resolution withdrawn_reason")
declare("activities.Elector", L2, l2="name roll_status")
declare("activities.Candidate", L2, l2="name")
declare("activities.Invitation", L1, l1="kind", l2="reply")
declare("activities.RollEntry", L2, l2="name reason")
declare("activities.LeaveRequest", L2, l2="reason")
declare("activities.RecordLesson", L1)
declare("activities.MakeUp", L2, l2="material note returned_reason")
declare("activities.RecordSeal", L1, l1="content_hash")
declare("activities.PaperTemplate", L1, l1="name stored_name file_name sha256 placeholders")
declare("activities.Binder", L2, l1="stored_name file_name")
declare("activities.HolidayTable", L1, l1="days source")
declare("activities.RecordQuality", L2, l1="missing", l2="unexplained sums")
declare("activities.RollSheet", L2, l1="code", l2="rows")
declare("activities.SignInOpening", L1)
declare("activities.SignIn", L2)
declare("activities.SignUpOffer", L1)
declare("activities.SignUp", L2, l2="reason")
declare("activities.HeartTalk", L2, l2="place one_name other_name", l3="note")
