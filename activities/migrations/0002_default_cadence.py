"""The cadence of the regulation as data, so that a committee can version it."""

import datetime

from django.db import migrations

FROM = datetime.date(2018, 10, 28)
REGULATION = "《中国共产党支部工作条例（试行）》"
RULES = [
    ("general_meeting", "quarter", f"{REGULATION}第十一条：支部党员大会一般每季度召开1次"),
    ("committee_meeting", "month", f"{REGULATION}第十二条：支部委员会会议一般每月召开1次"),
    ("cell_meeting", "month", f"{REGULATION}第十三条：党小组会一般每月召开1次"),
    ("party_lecture", "quarter", f"{REGULATION}第十六条：应当定期开展党课；每季度1次为本地做法，可调整"),
    ("theme_day", "month", f"{REGULATION}第十六条：每月相对固定1天开展主题党日"),
    ("org_life_meeting", "year", f"{REGULATION}第十七条：组织生活会每年至少召开1次，一般安排在第四季度"),
    ("appraisal", "year", f"{REGULATION}第十八条：一般每年开展1次民主评议党员"),
]


def add_rules(apps, schema_editor):
    rule = apps.get_model("activities", "CadenceRule")
    for kind, period, clause in RULES:
        rule.objects.using(schema_editor.connection.alias).get_or_create(
            kind=kind, effective_from=FROM, defaults={"period": period, "minimum": 1, "clause": clause}
        )


class Migration(migrations.Migration):
    dependencies = [("activities", "0001_initial")]
    operations = [migrations.RunPython(add_rules, migrations.RunPython.noop)]
