import django.db.models.deletion
import django.db.models.expressions
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('members', '0001_initial'),
        ('pghistory', '0007_auto_20250421_0444'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CadenceRuleEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('kind', models.CharField(choices=[('theme_day', '主题党日'), ('general_meeting', '支部党员大会'), ('committee_meeting', '支部委员会会议'), ('cell_meeting', '党小组会'), ('party_lecture', '党课')], max_length=24, verbose_name='类型')),
                ('period', models.CharField(choices=[('month', '每月'), ('quarter', '每季度')], max_length=10, verbose_name='周期')),
                ('minimum', models.PositiveSmallIntegerField(default=1, verbose_name='至少次数')),
                ('effective_from', models.DateField(verbose_name='生效日期')),
                ('effective_to', models.DateField(blank=True, null=True, verbose_name='失效日期')),
                ('clause', models.CharField(max_length=200, verbose_name='依据')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Gathering',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('theme', models.CharField(max_length=120, verbose_name='主题')),
                ('on_date', models.DateField(verbose_name='日期')),
                ('started_at', models.DateTimeField(verbose_name='开始时间')),
                ('ended_at', models.DateTimeField(verbose_name='结束时间')),
                ('place', models.CharField(max_length=80, verbose_name='地点')),
                ('state', models.CharField(choices=[('planned', '计划'), ('announced', '已通知'), ('held', '已召开'), ('postponed', '延期'), ('cancelled', '取消')], default='planned', max_length=12, verbose_name='状态')),
                ('state_reason', models.CharField(blank=True, max_length=200, verbose_name='延期或取消的原因')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='准备事项')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                'verbose_name': '活动',
                'verbose_name_plural': '活动',
                'ordering': ['-on_date', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='GatheringBranch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('observers', models.CharField(blank=True, max_length=200, verbose_name='列席')),
                ('expected_count', models.PositiveSmallIntegerField(default=0, verbose_name='应到')),
                ('present_count', models.PositiveSmallIntegerField(default=0, verbose_name='实到')),
                ('leave_count', models.PositiveSmallIntegerField(default=0, verbose_name='请假')),
                ('absent_count', models.PositiveSmallIntegerField(default=0, verbose_name='缺席')),
                ('roll_saved_at', models.DateTimeField(blank=True, null=True, verbose_name='到会情况保存时间')),
            ],
            options={
                'verbose_name': '支部参加情况',
                'verbose_name_plural': '支部参加情况',
            },
        ),
        migrations.CreateModel(
            name='GatheringBranchEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('observers', models.CharField(blank=True, max_length=200, verbose_name='列席')),
                ('expected_count', models.PositiveSmallIntegerField(default=0, verbose_name='应到')),
                ('present_count', models.PositiveSmallIntegerField(default=0, verbose_name='实到')),
                ('leave_count', models.PositiveSmallIntegerField(default=0, verbose_name='请假')),
                ('absent_count', models.PositiveSmallIntegerField(default=0, verbose_name='缺席')),
                ('roll_saved_at', models.DateTimeField(blank=True, null=True, verbose_name='到会情况保存时间')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='GatheringEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('theme', models.CharField(max_length=120, verbose_name='主题')),
                ('on_date', models.DateField(verbose_name='日期')),
                ('started_at', models.DateTimeField(verbose_name='开始时间')),
                ('ended_at', models.DateTimeField(verbose_name='结束时间')),
                ('place', models.CharField(max_length=80, verbose_name='地点')),
                ('state', models.CharField(choices=[('planned', '计划'), ('announced', '已通知'), ('held', '已召开'), ('postponed', '延期'), ('cancelled', '取消')], default='planned', max_length=12, verbose_name='状态')),
                ('state_reason', models.CharField(blank=True, max_length=200, verbose_name='延期或取消的原因')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='准备事项')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RollEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on_date', models.DateField(verbose_name='日期')),
                ('row_number', models.PositiveSmallIntegerField(verbose_name='序号')),
                ('name', models.CharField(max_length=60, verbose_name='姓名')),
                ('status', models.CharField(choices=[('present', '到会'), ('late', '迟到'), ('online', '线上'), ('leave', '请假'), ('absent', '缺席'), ('exempt', '免到'), ('made_up', '已补课')], default='present', max_length=10, verbose_name='到会情况')),
                ('leave_type', models.CharField(blank=True, choices=[('personal', '事假'), ('sick', '病假'), ('official', '公假'), ('other', '其他')], max_length=10, verbose_name='请假类别')),
                ('reason', models.CharField(blank=True, max_length=100, verbose_name='原因')),
                ('minutes', models.PositiveSmallIntegerField(default=0, verbose_name='本人分钟数')),
                ('marked_at', models.DateTimeField(verbose_name='登记时间')),
            ],
            options={
                'verbose_name': '到会登记',
                'verbose_name_plural': '到会登记',
                'ordering': ['row_number'],
            },
        ),
        migrations.CreateModel(
            name='RollEntryEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('on_date', models.DateField(verbose_name='日期')),
                ('row_number', models.PositiveSmallIntegerField(verbose_name='序号')),
                ('name', models.CharField(max_length=60, verbose_name='姓名')),
                ('status', models.CharField(choices=[('present', '到会'), ('late', '迟到'), ('online', '线上'), ('leave', '请假'), ('absent', '缺席'), ('exempt', '免到'), ('made_up', '已补课')], default='present', max_length=10, verbose_name='到会情况')),
                ('leave_type', models.CharField(blank=True, choices=[('personal', '事假'), ('sick', '病假'), ('official', '公假'), ('other', '其他')], max_length=10, verbose_name='请假类别')),
                ('reason', models.CharField(blank=True, max_length=100, verbose_name='原因')),
                ('minutes', models.PositiveSmallIntegerField(default=0, verbose_name='本人分钟数')),
                ('marked_at', models.DateTimeField(verbose_name='登记时间')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ActivityRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('theme_day', '主题党日'), ('general_meeting', '支部党员大会'), ('committee_meeting', '支部委员会会议'), ('cell_meeting', '党小组会'), ('party_lecture', '党课')], max_length=24, verbose_name='类型')),
                ('on_date', models.DateField(verbose_name='日期')),
                ('title', models.CharField(max_length=120, verbose_name='主题')),
                ('state', models.CharField(choices=[('draft', '草稿'), ('recorded', '待确认'), ('confirmed', '已确认'), ('returned', '退回修改'), ('archived', '已归档')], default='draft', max_length=12, verbose_name='状态')),
                ('number', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='本年度第几次')),
                ('assessment_year', models.PositiveSmallIntegerField(verbose_name='所属年度')),
                ('content', models.TextField(blank=True, max_length=20000, verbose_name='内容')),
                ('summary', models.TextField(blank=True, max_length=5000, verbose_name='小结')),
                ('lecturer', models.CharField(blank=True, max_length=60, verbose_name='主讲人')),
                ('study_minutes', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='学习分钟数')),
                ('recorded_at', models.DateTimeField(blank=True, null=True, verbose_name='记录时间')),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='确认时间')),
                ('returned_reason', models.CharField(blank=True, max_length=300, verbose_name='退回意见')),
                ('returned_at', models.DateTimeField(blank=True, null=True, verbose_name='退回时间')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='建立时间')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('branch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='records', to='members.partyorganization', verbose_name='党支部')),
                ('cell', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cell_records', to='members.partyorganization', verbose_name='党小组')),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='确认人')),
                ('recorded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='记录提交人')),
            ],
            options={
                'verbose_name': '活动记录',
                'verbose_name_plural': '活动记录',
            },
        ),
        migrations.CreateModel(
            name='ActivityRecordEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('kind', models.CharField(choices=[('theme_day', '主题党日'), ('general_meeting', '支部党员大会'), ('committee_meeting', '支部委员会会议'), ('cell_meeting', '党小组会'), ('party_lecture', '党课')], max_length=24, verbose_name='类型')),
                ('on_date', models.DateField(verbose_name='日期')),
                ('title', models.CharField(max_length=120, verbose_name='主题')),
                ('state', models.CharField(choices=[('draft', '草稿'), ('recorded', '待确认'), ('confirmed', '已确认'), ('returned', '退回修改'), ('archived', '已归档')], default='draft', max_length=12, verbose_name='状态')),
                ('number', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='本年度第几次')),
                ('assessment_year', models.PositiveSmallIntegerField(verbose_name='所属年度')),
                ('content', models.TextField(blank=True, max_length=20000, verbose_name='内容')),
                ('summary', models.TextField(blank=True, max_length=5000, verbose_name='小结')),
                ('lecturer', models.CharField(blank=True, max_length=60, verbose_name='主讲人')),
                ('study_minutes', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='学习分钟数')),
                ('recorded_at', models.DateTimeField(blank=True, null=True, verbose_name='记录时间')),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='确认时间')),
                ('returned_reason', models.CharField(blank=True, max_length=300, verbose_name='退回意见')),
                ('returned_at', models.DateTimeField(blank=True, null=True, verbose_name='退回时间')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='建立时间')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('branch', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='members.partyorganization', verbose_name='党支部')),
                ('cell', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='members.partyorganization', verbose_name='党小组')),
                ('confirmed_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='确认人')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='activities.activityrecord')),
                ('recorded_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='记录提交人')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='BranchYear',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='年度')),
                ('due_theme_day', models.PositiveSmallIntegerField(default=0)),
                ('held_theme_day', models.PositiveSmallIntegerField(default=0)),
                ('confirmed_theme_day', models.PositiveSmallIntegerField(default=0)),
                ('due_general_meeting', models.PositiveSmallIntegerField(default=0)),
                ('held_general_meeting', models.PositiveSmallIntegerField(default=0)),
                ('confirmed_general_meeting', models.PositiveSmallIntegerField(default=0)),
                ('due_committee_meeting', models.PositiveSmallIntegerField(default=0)),
                ('held_committee_meeting', models.PositiveSmallIntegerField(default=0)),
                ('confirmed_committee_meeting', models.PositiveSmallIntegerField(default=0)),
                ('due_cell_meeting', models.PositiveSmallIntegerField(default=0)),
                ('held_cell_meeting', models.PositiveSmallIntegerField(default=0)),
                ('confirmed_cell_meeting', models.PositiveSmallIntegerField(default=0)),
                ('cells_partly', models.PositiveSmallIntegerField(default=0)),
                ('due_party_lecture', models.PositiveSmallIntegerField(default=0)),
                ('held_party_lecture', models.PositiveSmallIntegerField(default=0)),
                ('confirmed_party_lecture', models.PositiveSmallIntegerField(default=0)),
                ('branch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='years', to='members.partyorganization', verbose_name='党支部')),
            ],
            options={
                'verbose_name': '支部年度组织生活',
                'verbose_name_plural': '支部年度组织生活',
            },
        ),
        migrations.CreateModel(
            name='CadenceRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('theme_day', '主题党日'), ('general_meeting', '支部党员大会'), ('committee_meeting', '支部委员会会议'), ('cell_meeting', '党小组会'), ('party_lecture', '党课')], max_length=24, verbose_name='类型')),
                ('period', models.CharField(choices=[('month', '每月'), ('quarter', '每季度')], max_length=10, verbose_name='周期')),
                ('minimum', models.PositiveSmallIntegerField(default=1, verbose_name='至少次数')),
                ('effective_from', models.DateField(verbose_name='生效日期')),
                ('effective_to', models.DateField(blank=True, null=True, verbose_name='失效日期')),
                ('clause', models.CharField(max_length=200, verbose_name='依据')),
            ],
            options={
                'verbose_name': '组织生活频次规则',
                'verbose_name_plural': '组织生活频次规则',
                'ordering': ['kind', '-effective_from'],
                'constraints': [models.UniqueConstraint(fields=('kind', 'effective_from'), name='cadence_rule_version')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='cadencerule',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "activities_cadenceruleevent" ("clause", "effective_from", "effective_to", "id", "kind", "minimum", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT new_values."clause", new_values."effective_from", new_values."effective_to", new_values."id", new_values."kind", new_values."minimum", new_values."period", _pgh_attached_context.value, NOW(), \'insert\', new_values."id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='73adf41e960709badff09159f7da2ce38a943b1e', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_03f36', referencing='REFERENCING NEW TABLE AS new_values ', table='activities_cadencerule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='cadencerule',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "activities_cadenceruleevent" ("clause", "effective_from", "effective_to", "id", "kind", "minimum", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT new_values."clause", new_values."effective_from", new_values."effective_to", new_values."id", new_values."kind", new_values."minimum", new_values."period", _pgh_attached_context.value, NOW(), \'update\', new_values."id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='7c666246b2c1f6bdc699fc9071307d2176b24361', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_27d51', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='activities_cadencerule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='cadencerule',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "activities_cadenceruleevent" ("clause", "effective_from", "effective_to", "id", "kind", "minimum", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT old_values."clause", old_values."effective_from", old_values."effective_to", old_values."id", old_values."kind", old_values."minimum", old_values."period", _pgh_attached_context.value, NOW(), \'delete\', old_values."id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='d8aacb97db83e11a97acb2bc3b052fb067c4e928', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_41c74', referencing='REFERENCING OLD TABLE AS old_values ', table='activities_cadencerule', when='AFTER')),
        ),
        migrations.AddField(
            model_name='cadenceruleevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='cadenceruleevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='activities.cadencerule'),
        ),
        migrations.AddField(
            model_name='gathering',
            name='host',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='gatherings', to='members.partyorganization', verbose_name='主办组织'),
        ),
        migrations.AddField(
            model_name='gatheringbranch',
            name='branch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shares', to='members.partyorganization', verbose_name='党支部'),
        ),
        migrations.AddField(
            model_name='gatheringbranch',
            name='cell',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cell_shares', to='members.partyorganization', verbose_name='党小组'),
        ),
        migrations.AddField(
            model_name='gatheringbranch',
            name='chair',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.member', verbose_name='主持人'),
        ),
        migrations.AddField(
            model_name='gatheringbranch',
            name='gathering',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shares', to='activities.gathering', verbose_name='活动'),
        ),
        migrations.AddField(
            model_name='gatheringbranch',
            name='recorder',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.member', verbose_name='记录人'),
        ),
        migrations.AddField(
            model_name='activityrecordevent',
            name='share',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='activities.gatheringbranch', verbose_name='活动'),
        ),
        migrations.AddField(
            model_name='activityrecord',
            name='share',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='records', to='activities.gatheringbranch', verbose_name='活动'),
        ),
        migrations.AddField(
            model_name='gatheringbranchevent',
            name='branch',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='members.partyorganization', verbose_name='党支部'),
        ),
        migrations.AddField(
            model_name='gatheringbranchevent',
            name='cell',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='members.partyorganization', verbose_name='党小组'),
        ),
        migrations.AddField(
            model_name='gatheringbranchevent',
            name='chair',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='members.member', verbose_name='主持人'),
        ),
        migrations.AddField(
            model_name='gatheringbranchevent',
            name='gathering',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='activities.gathering', verbose_name='活动'),
        ),
        migrations.AddField(
            model_name='gatheringbranchevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='gatheringbranchevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='activities.gatheringbranch'),
        ),
        migrations.AddField(
            model_name='gatheringbranchevent',
            name='recorder',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='members.member', verbose_name='记录人'),
        ),
        migrations.AddField(
            model_name='gatheringevent',
            name='host',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='members.partyorganization', verbose_name='主办组织'),
        ),
        migrations.AddField(
            model_name='gatheringevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='gatheringevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='activities.gathering'),
        ),
        migrations.AddField(
            model_name='rollentry',
            name='branch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.partyorganization', verbose_name='党支部'),
        ),
        migrations.AddField(
            model_name='rollentry',
            name='marked_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人'),
        ),
        migrations.AddField(
            model_name='rollentry',
            name='member',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='roll_entries', to='members.member', verbose_name='党员'),
        ),
        migrations.AddField(
            model_name='rollentry',
            name='share',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='roll', to='activities.gatheringbranch', verbose_name='活动'),
        ),
        migrations.AddField(
            model_name='rollentryevent',
            name='branch',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='members.partyorganization', verbose_name='党支部'),
        ),
        migrations.AddField(
            model_name='rollentryevent',
            name='marked_by',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人'),
        ),
        migrations.AddField(
            model_name='rollentryevent',
            name='member',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='members.member', verbose_name='党员'),
        ),
        migrations.AddField(
            model_name='rollentryevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='rollentryevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='activities.rollentry'),
        ),
        migrations.AddField(
            model_name='rollentryevent',
            name='share',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='activities.gatheringbranch', verbose_name='活动'),
        ),
        migrations.AddIndex(
            model_name='branchyear',
            index=models.Index(fields=['year', 'branch'], name='branch_year_by_year'),
        ),
        migrations.AddConstraint(
            model_name='branchyear',
            constraint=models.UniqueConstraint(fields=('branch', 'year'), name='branch_year_once'),
        ),
        migrations.AddIndex(
            model_name='gathering',
            index=models.Index(fields=['host', '-on_date', '-id'], name='gathering_host_date'),
        ),
        migrations.AddConstraint(
            model_name='gathering',
            constraint=models.CheckConstraint(condition=models.Q(('ended_at__gt', models.F('started_at'))), name='gathering_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='gathering',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['postponed', 'cancelled']), _negated=True), models.Q(('state_reason', ''), _negated=True), _connector='OR'), name='gathering_change_has_reason'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='gathering',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "activities_gatheringevent" ("created_at", "ended_at", "host_id", "id", "note", "on_date", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "started_at", "state", "state_reason", "theme", "uid", "version") SELECT new_values."created_at", new_values."ended_at", new_values."host_id", new_values."id", new_values."note", new_values."on_date", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."place", new_values."started_at", new_values."state", new_values."state_reason", new_values."theme", new_values."uid", new_values."version" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='48fee8cf78adda1e46def416c7dd28a14569e5d5', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_da117', referencing='REFERENCING NEW TABLE AS new_values ', table='activities_gathering', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='gathering',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "activities_gatheringevent" ("created_at", "ended_at", "host_id", "id", "note", "on_date", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "started_at", "state", "state_reason", "theme", "uid", "version") SELECT new_values."created_at", new_values."ended_at", new_values."host_id", new_values."id", new_values."note", new_values."on_date", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."place", new_values."started_at", new_values."state", new_values."state_reason", new_values."theme", new_values."uid", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='2177e3be39f213da30f49e384e23456b16344df8', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_89bca', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='activities_gathering', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='gathering',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "activities_gatheringevent" ("created_at", "ended_at", "host_id", "id", "note", "on_date", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "started_at", "state", "state_reason", "theme", "uid", "version") SELECT old_values."created_at", old_values."ended_at", old_values."host_id", old_values."id", old_values."note", old_values."on_date", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."place", old_values."started_at", old_values."state", old_values."state_reason", old_values."theme", old_values."uid", old_values."version" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='afdfce96b6594a9c441ad7974abba45d3f99d76f', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_421af', referencing='REFERENCING OLD TABLE AS old_values ', table='activities_gathering', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='gatheringbranch',
            constraint=models.UniqueConstraint(fields=('gathering', 'branch', 'cell'), name='share_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='gatheringbranch',
            constraint=models.CheckConstraint(condition=models.Q(('expected_count', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('present_count'), '+', models.F('leave_count')), '+', models.F('absent_count')))), name='share_counts_close'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='gatheringbranch',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "activities_gatheringbranchevent" ("absent_count", "branch_id", "cell_id", "chair_id", "expected_count", "gathering_id", "id", "leave_count", "observers", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "present_count", "recorder_id", "roll_saved_at", "uid") SELECT new_values."absent_count", new_values."branch_id", new_values."cell_id", new_values."chair_id", new_values."expected_count", new_values."gathering_id", new_values."id", new_values."leave_count", new_values."observers", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."present_count", new_values."recorder_id", new_values."roll_saved_at", new_values."uid" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='13d8a18d5fecf31fc390766b5d0e4c680264442c', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_08dcd', referencing='REFERENCING NEW TABLE AS new_values ', table='activities_gatheringbranch', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='gatheringbranch',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "activities_gatheringbranchevent" ("absent_count", "branch_id", "cell_id", "chair_id", "expected_count", "gathering_id", "id", "leave_count", "observers", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "present_count", "recorder_id", "roll_saved_at", "uid") SELECT new_values."absent_count", new_values."branch_id", new_values."cell_id", new_values."chair_id", new_values."expected_count", new_values."gathering_id", new_values."id", new_values."leave_count", new_values."observers", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."present_count", new_values."recorder_id", new_values."roll_saved_at", new_values."uid" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='c0a916bb6dc8ad4895bdc889ec9fc66b2812be8b', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_c9df9', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='activities_gatheringbranch', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='gatheringbranch',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "activities_gatheringbranchevent" ("absent_count", "branch_id", "cell_id", "chair_id", "expected_count", "gathering_id", "id", "leave_count", "observers", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "present_count", "recorder_id", "roll_saved_at", "uid") SELECT old_values."absent_count", old_values."branch_id", old_values."cell_id", old_values."chair_id", old_values."expected_count", old_values."gathering_id", old_values."id", old_values."leave_count", old_values."observers", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."present_count", old_values."recorder_id", old_values."roll_saved_at", old_values."uid" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='b4e88fe7e0315494923f956696f3c0eaf497bb01', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_18dfd', referencing='REFERENCING OLD TABLE AS old_values ', table='activities_gatheringbranch', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='activityrecord',
            index=models.Index(fields=['branch', '-on_date', '-id'], name='record_branch_date'),
        ),
        migrations.AddIndex(
            model_name='activityrecord',
            index=models.Index(fields=['-on_date', '-id'], name='record_date'),
        ),
        migrations.AddIndex(
            model_name='activityrecord',
            index=models.Index(fields=['branch', 'assessment_year', 'kind'], name='record_branch_year_kind'),
        ),
        migrations.AddConstraint(
            model_name='activityrecord',
            constraint=models.UniqueConstraint(fields=('share', 'kind'), name='record_kind_once_a_share'),
        ),
        migrations.AddConstraint(
            model_name='activityrecord',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('cell__isnull', False), ('kind', 'cell_meeting')), models.Q(models.Q(('kind', 'cell_meeting'), _negated=True), ('cell__isnull', True)), _connector='OR'), name='record_cell_iff_cell_meeting'),
        ),
        migrations.AddConstraint(
            model_name='activityrecord',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('recorded_at__isnull', True), ('recorded_by__isnull', True)), models.Q(('recorded_at__isnull', False), ('recorded_by__isnull', False)), _connector='OR'), name='record_recorded_by_and_at'),
        ),
        migrations.AddConstraint(
            model_name='activityrecord',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', True), ('confirmed_by__isnull', True)), models.Q(('confirmed_at__isnull', False), ('confirmed_by__isnull', False)), _connector='OR'), name='record_confirmed_by_and_at'),
        ),
        migrations.AddConstraint(
            model_name='activityrecord',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['confirmed', 'archived']), _negated=True), ('confirmed_at__isnull', False), _connector='OR'), name='record_confirmed_has_signature'),
        ),
        migrations.AddConstraint(
            model_name='activityrecord',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['recorded', 'confirmed', 'archived']), _negated=True), ('recorded_at__isnull', False), _connector='OR'), name='record_counted_has_recorder'),
        ),
        migrations.AddConstraint(
            model_name='activityrecord',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'returned'), _negated=True), models.Q(models.Q(('returned_reason', ''), _negated=True), ('returned_at__isnull', False)), _connector='OR'), name='record_returned_has_reason_and_time'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='activityrecord',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "activities_activityrecordevent" ("assessment_year", "branch_id", "cell_id", "confirmed_at", "confirmed_by_id", "content", "created_at", "id", "kind", "lecturer", "number", "on_date", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "recorded_by_id", "returned_at", "returned_reason", "share_id", "state", "study_minutes", "summary", "title", "uid", "version") SELECT new_values."assessment_year", new_values."branch_id", new_values."cell_id", new_values."confirmed_at", new_values."confirmed_by_id", new_values."content", new_values."created_at", new_values."id", new_values."kind", new_values."lecturer", new_values."number", new_values."on_date", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."recorded_at", new_values."recorded_by_id", new_values."returned_at", new_values."returned_reason", new_values."share_id", new_values."state", new_values."study_minutes", new_values."summary", new_values."title", new_values."uid", new_values."version" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='78e6b937886427c55858782cf1100665a046ecb6', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_e1563', referencing='REFERENCING NEW TABLE AS new_values ', table='activities_activityrecord', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='activityrecord',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "activities_activityrecordevent" ("assessment_year", "branch_id", "cell_id", "confirmed_at", "confirmed_by_id", "content", "created_at", "id", "kind", "lecturer", "number", "on_date", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "recorded_by_id", "returned_at", "returned_reason", "share_id", "state", "study_minutes", "summary", "title", "uid", "version") SELECT new_values."assessment_year", new_values."branch_id", new_values."cell_id", new_values."confirmed_at", new_values."confirmed_by_id", new_values."content", new_values."created_at", new_values."id", new_values."kind", new_values."lecturer", new_values."number", new_values."on_date", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."recorded_at", new_values."recorded_by_id", new_values."returned_at", new_values."returned_reason", new_values."share_id", new_values."state", new_values."study_minutes", new_values."summary", new_values."title", new_values."uid", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='3452b345d1a705727f94f5c7f3950a569c4f3de9', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_79ecf', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='activities_activityrecord', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='activityrecord',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "activities_activityrecordevent" ("assessment_year", "branch_id", "cell_id", "confirmed_at", "confirmed_by_id", "content", "created_at", "id", "kind", "lecturer", "number", "on_date", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "recorded_by_id", "returned_at", "returned_reason", "share_id", "state", "study_minutes", "summary", "title", "uid", "version") SELECT old_values."assessment_year", old_values."branch_id", old_values."cell_id", old_values."confirmed_at", old_values."confirmed_by_id", old_values."content", old_values."created_at", old_values."id", old_values."kind", old_values."lecturer", old_values."number", old_values."on_date", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."recorded_at", old_values."recorded_by_id", old_values."returned_at", old_values."returned_reason", old_values."share_id", old_values."state", old_values."study_minutes", old_values."summary", old_values."title", old_values."uid", old_values."version" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='bdb9ca625525976767d782a4eafac46b7f19bb5f', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_a8e55', referencing='REFERENCING OLD TABLE AS old_values ', table='activities_activityrecord', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='rollentry',
            index=models.Index(fields=['member', '-on_date', '-id'], name='roll_member_date'),
        ),
        migrations.AddConstraint(
            model_name='rollentry',
            constraint=models.UniqueConstraint(fields=('share', 'member'), name='roll_member_once'),
        ),
        migrations.AddConstraint(
            model_name='rollentry',
            constraint=models.UniqueConstraint(fields=('share', 'row_number'), name='roll_row_once'),
        ),
        migrations.AddConstraint(
            model_name='rollentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'leave'), models.Q(('leave_type', ''), _negated=True)), models.Q(models.Q(('status', 'leave'), _negated=True), ('leave_type', '')), _connector='OR'), name='roll_leave_has_type'),
        ),
        migrations.AddConstraint(
            model_name='rollentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['leave', 'absent']), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='roll_absence_has_reason'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rollentry',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "activities_rollentryevent" ("branch_id", "id", "leave_type", "marked_at", "marked_by_id", "member_id", "minutes", "name", "on_date", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "row_number", "share_id", "status") SELECT new_values."branch_id", new_values."id", new_values."leave_type", new_values."marked_at", new_values."marked_by_id", new_values."member_id", new_values."minutes", new_values."name", new_values."on_date", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."reason", new_values."row_number", new_values."share_id", new_values."status" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='838ed4401aefbb55ff7326b0dc9d13976fcf6b85', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_2b6e3', referencing='REFERENCING NEW TABLE AS new_values ', table='activities_rollentry', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rollentry',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "activities_rollentryevent" ("branch_id", "id", "leave_type", "marked_at", "marked_by_id", "member_id", "minutes", "name", "on_date", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "row_number", "share_id", "status") SELECT new_values."branch_id", new_values."id", new_values."leave_type", new_values."marked_at", new_values."marked_by_id", new_values."member_id", new_values."minutes", new_values."name", new_values."on_date", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."reason", new_values."row_number", new_values."share_id", new_values."status" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='dece7805d88011e8d9db39cf1619e3976302f8ea', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_117ea', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='activities_rollentry', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rollentry',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "activities_rollentryevent" ("branch_id", "id", "leave_type", "marked_at", "marked_by_id", "member_id", "minutes", "name", "on_date", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "row_number", "share_id", "status") SELECT old_values."branch_id", old_values."id", old_values."leave_type", old_values."marked_at", old_values."marked_by_id", old_values."member_id", old_values."minutes", old_values."name", old_values."on_date", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."reason", old_values."row_number", old_values."share_id", old_values."status" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='21fd0a55abbe004b82943a3a76266a3c3e7e96a4', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_7f6c8', referencing='REFERENCING OLD TABLE AS old_values ', table='activities_rollentry', when='AFTER')),
        ),
    ]
