from django.db import models


class ActivityKind(models.TextChoices):
    """The kinds of organisational life that the portal records (domain 1.3, 4.1)."""

    THEME_DAY = "theme_day", "主题党日"
    GENERAL_MEETING = "general_meeting", "支部党员大会"
    COMMITTEE_MEETING = "committee_meeting", "支部委员会会议"
    CELL_MEETING = "cell_meeting", "党小组会"
    PARTY_LECTURE = "party_lecture", "党课"
    ORG_LIFE_MEETING = "org_life_meeting", "组织生活会"
    APPRAISAL = "appraisal", "民主评议党员"
    POLITICAL_BIRTHDAY = "political_birthday", "政治生日"
    VOLUNTEER_SERVICE = "volunteer_service", "志愿服务"
    RED_BASE_VISIT = "red_base_visit", "红色教育基地现场学习"
    COLLECTIVE_STUDY = "collective_study", "集中学习日"
