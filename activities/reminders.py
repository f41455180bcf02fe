"""Which reminder an unmet cadence of each kind goes by; the reminders themselves are in `notices.reminder_table`."""

RULE_OF_KIND = {
    "theme_day": "theme_day_next",
    "general_meeting": "general_meeting_due",
    "committee_meeting": "committee_meeting_due",
    "cell_meeting": "cell_meeting_due",
    "party_lecture": "lecture_due",
    "org_life_meeting": "org_life_meeting_due",
    "appraisal": "appraisal_due",
}
