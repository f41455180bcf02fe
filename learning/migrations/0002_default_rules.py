from decimal import Decimal

from django.db import migrations

# Copied, not imported: later edits of the defaults must not change what an earlier installation received.
COLLECTIVE = "《中国共产党党员教育管理工作条例》第二十条：集中学习培训"
LOCAL = "全国性规定未计入集中学习；如计入，由本地设定上限"
RULES = [
    *((category, None, COLLECTIVE) for category in ("central_training", "general_meeting_study", "cell_study",
                                                    "party_lecture", "theme_day", "collective_study")),
    ("online_course", None, "由党组织统一组织的网络课程计入集中学习"),
    *((category, Decimal(0), LOCAL) for category in ("self_study", "xuexi_qiangguo", "teaching")),
]  # fmt: skip


def forwards(apps, schema_editor):
    rules = apps.get_model("learning", "StudyRule").objects.using(schema_editor.connection.alias)
    for category, cap, clause in RULES:
        rules.get_or_create(category=category, from_year=2019, defaults={"annual_cap": cap, "clause": clause})
    requirements = apps.get_model("learning", "StudyRequirement").objects.using(
        schema_editor.connection.alias
    )
    requirements.get_or_create(
        from_year=2019,
        defaults={
            "clause": "《中国共产党党员教育管理工作条例》第二十条；2019—2023年全国党员教育培训工作规划"
        },
    )


class Migration(migrations.Migration):
    dependencies = [("learning", "0001_initial")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
