"""The voting rules of the regulation, and those of elections before 2020, as data with dates."""

import datetime

from django.db import migrations

RULES = [
    # An election before the regulation of 2020 is judged by the words of its own time.
    {
        "effective_from": datetime.date(2018, 10, 28),
        "clause": "《中国共产党支部工作条例（试行）》；选举按1990年《中国共产党基层组织选举工作暂行条例》",
        "election_win_base": "present",
        "election_quorum_strict": True,
    },
    {
        "effective_from": datetime.date(2020, 7, 13),
        "clause": "《中国共产党支部工作条例（试行）》；《中国共产党基层组织选举工作条例》",
    },
]


def add_rules(apps, schema_editor):
    rule = apps.get_model("activities", "VotingRule")
    for values in RULES:
        rule.objects.using(schema_editor.connection.alias).create(**values)


class Migration(migrations.Migration):
    dependencies = [("activities", "0002_default_cadence")]
    operations = [migrations.RunPython(add_rules, migrations.RunPython.noop)]
