from django.db import models


class ActivityKind(models.TextChoices):
    """The kinds of organisational life that the portal records (domain 1.3, 4.1)."""

    THEME_DAY = "theme_day", "主题党日"
    GENERAL_MEETING = "general_meeting", "支部党员大会"
    COMMITTEE_MEETING = "committee_meeting", "支部委员会会议"
    CELL_MEETING = "cell_meeting", "党小组会"
    PARTY_LECTURE = "party_lecture", "党课"
