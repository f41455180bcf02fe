import branch_portal.migration_operations
import django.db.models.deletion
import pgtrigger.compiler
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('members', '0001_initial'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='MemberYear',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='年度')),
                ('is_officer', models.BooleanField(default=False, verbose_name='书记或委员')),
                ('required_hours', models.DecimalField(decimal_places=2, max_digits=5, verbose_name='应完成')),
                ('hours', models.DecimalField(decimal_places=2, default=0, max_digits=6, verbose_name='已完成')),
                ('pending_hours', models.DecimalField(decimal_places=2, default=0, max_digits=6, verbose_name='其中待确认')),
                ('minutes', models.IntegerField(default=0, verbose_name='分钟')),
                ('month_hours', models.JSONField(default=list, verbose_name='各月学时')),
                ('category_hours', models.JSONField(default=dict, verbose_name='各类学时')),
                ('central_trainings', models.PositiveSmallIntegerField(default=0, verbose_name='集中培训次数')),
                ('branch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.partyorganization', verbose_name='党支部')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='years', to='members.member', verbose_name='党员')),
            ],
            options={
                'verbose_name': '党员年度学时',
                'verbose_name_plural': '党员年度学时',
                'indexes': [models.Index(fields=['branch', 'year'], name='member_year_branch')],
                'constraints': [models.UniqueConstraint(fields=('member', 'year'), name='member_year_once')],
            },
        ),
        migrations.CreateModel(
            name='StudyRequirement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_year', models.PositiveSmallIntegerField(unique=True, verbose_name='自年度')),
                ('member_hours', models.DecimalField(decimal_places=2, default=32, max_digits=5, verbose_name='党员学时')),
                ('officer_hours', models.DecimalField(decimal_places=2, default=56, max_digits=5, verbose_name='书记和委员学时')),
                ('clause', models.CharField(blank=True, max_length=200, verbose_name='依据')),
            ],
            options={
                'verbose_name': '学时要求',
                'verbose_name_plural': '学时要求',
                'ordering': ['-from_year'],
                'indexes': [],
                'constraints': [],
                'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "learning_studyrequirementevent" ("clause", "from_year", "id", "member_hours", "officer_hours", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT new_values."clause", new_values."from_year", new_values."id", new_values."member_hours", new_values."officer_hours", _pgh_attached_context.value, NOW(), \'insert\', new_values."id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='73ad7c878b774c8fb7c503fd1b11fd0e7a77fda2', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_4ebec', referencing='REFERENCING NEW TABLE AS new_values ', table='learning_studyrequirement', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "learning_studyrequirementevent" ("clause", "from_year", "id", "member_hours", "officer_hours", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT new_values."clause", new_values."from_year", new_values."id", new_values."member_hours", new_values."officer_hours", _pgh_attached_context.value, NOW(), \'update\', new_values."id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='e6a644a3101228954d842638627f74ffba1abb2b', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_842c4', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='learning_studyrequirement', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "learning_studyrequirementevent" ("clause", "from_year", "id", "member_hours", "officer_hours", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT old_values."clause", old_values."from_year", old_values."id", old_values."member_hours", old_values."officer_hours", _pgh_attached_context.value, NOW(), \'delete\', old_values."id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='f19dffccc642e3658fabbcf3684c9b5520bb3835', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_4a052', referencing='REFERENCING OLD TABLE AS old_values ', table='learning_studyrequirement', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='StudyRequirementEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('from_year', models.PositiveSmallIntegerField(verbose_name='自年度')),
                ('member_hours', models.DecimalField(decimal_places=2, default=32, max_digits=5, verbose_name='党员学时')),
                ('officer_hours', models.DecimalField(decimal_places=2, default=56, max_digits=5, verbose_name='书记和委员学时')),
                ('clause', models.CharField(blank=True, max_length=200, verbose_name='依据')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='learning.studyrequirement')),
            ],
            options={
                'abstract': False,
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='StudyRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('category', models.CharField(choices=[('central_training', '集中培训'), ('general_meeting_study', '党员大会学习'), ('cell_study', '党小组学习'), ('party_lecture', '党课'), ('theme_day', '主题党日'), ('online_course', '网络课程'), ('self_study', '个人自学'), ('xuexi_qiangguo', '学习强国'), ('teaching', '授课')], max_length=30, verbose_name='类别')),
                ('from_year', models.PositiveSmallIntegerField(verbose_name='自年度')),
                ('minutes_per_hour', models.PositiveSmallIntegerField(default=45, verbose_name='每学时分钟数')),
                ('step', models.DecimalField(decimal_places=2, default='0.50', max_digits=3, verbose_name='计算步长（学时）')),
                ('counts_toward_required', models.BooleanField(default=True, verbose_name='计入应完成学时')),
                ('annual_cap', models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True, verbose_name='年度上限（学时）')),
                ('per_item_cap', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, verbose_name='单项上限（学时）')),
                ('block_minutes', models.PositiveSmallIntegerField(blank=True, help_text='例如半天 240 分钟；不填则按分钟计算。', null=True, verbose_name='固定时段（分钟）')),
                ('block_hours', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, verbose_name='固定时段学时')),
                ('clause', models.CharField(blank=True, max_length=200, verbose_name='依据')),
            ],
            options={
                'verbose_name': '学时规则',
                'verbose_name_plural': '学时规则',
                'ordering': ['category', '-from_year'],
                'indexes': [],
                'constraints': [models.UniqueConstraint(fields=('category', 'from_year'), name='study_rule_version'), models.CheckConstraint(condition=models.Q(('minutes_per_hour__gt', 0), ('step__gt', 0)), name='study_rule_positive'), models.CheckConstraint(condition=models.Q(models.Q(('block_hours__isnull', True), ('block_minutes__isnull', True)), models.Q(('block_hours__isnull', False), ('block_minutes__gt', 0)), _connector='OR'), name='study_rule_block_whole')],
                'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "learning_studyruleevent" ("annual_cap", "block_hours", "block_minutes", "category", "clause", "counts_toward_required", "from_year", "id", "minutes_per_hour", "per_item_cap", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "step") SELECT new_values."annual_cap", new_values."block_hours", new_values."block_minutes", new_values."category", new_values."clause", new_values."counts_toward_required", new_values."from_year", new_values."id", new_values."minutes_per_hour", new_values."per_item_cap", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."step" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='d17a4c674e61683336f755fc7ce2e95621db731b', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_dd222', referencing='REFERENCING NEW TABLE AS new_values ', table='learning_studyrule', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "learning_studyruleevent" ("annual_cap", "block_hours", "block_minutes", "category", "clause", "counts_toward_required", "from_year", "id", "minutes_per_hour", "per_item_cap", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "step") SELECT new_values."annual_cap", new_values."block_hours", new_values."block_minutes", new_values."category", new_values."clause", new_values."counts_toward_required", new_values."from_year", new_values."id", new_values."minutes_per_hour", new_values."per_item_cap", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."step" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='6de624b52ab5e00399ac92e03a597cc464efbfa1', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_c7df0', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='learning_studyrule', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "learning_studyruleevent" ("annual_cap", "block_hours", "block_minutes", "category", "clause", "counts_toward_required", "from_year", "id", "minutes_per_hour", "per_item_cap", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "step") SELECT old_values."annual_cap", old_values."block_hours", old_values."block_minutes", old_values."category", old_values."clause", old_values."counts_toward_required", old_values."from_year", old_values."id", old_values."minutes_per_hour", old_values."per_item_cap", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."step" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='d2f361717f34170bc8867aeed91aa648fe0f8f82', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_ff087', referencing='REFERENCING OLD TABLE AS old_values ', table='learning_studyrule', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='StudyCredit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('on_date', models.DateField(verbose_name='日期')),
                ('year', models.PositiveSmallIntegerField(verbose_name='年度')),
                ('category', models.CharField(choices=[('central_training', '集中培训'), ('general_meeting_study', '党员大会学习'), ('cell_study', '党小组学习'), ('party_lecture', '党课'), ('theme_day', '主题党日'), ('online_course', '网络课程'), ('self_study', '个人自学'), ('xuexi_qiangguo', '学习强国'), ('teaching', '授课')], max_length=30, verbose_name='类别')),
                ('title', models.CharField(max_length=120, verbose_name='内容')),
                ('minutes', models.IntegerField(verbose_name='分钟')),
                ('hours', models.DecimalField(decimal_places=2, max_digits=6, verbose_name='学时')),
                ('source', models.CharField(max_length=120)),
                ('source_url', models.CharField(blank=True, max_length=200)),
                ('revision', models.PositiveSmallIntegerField(default=1, verbose_name='版次')),
                ('status', models.CharField(choices=[('pending', '待确认'), ('confirmed', '已确认')], default='pending', max_length=12, verbose_name='状态')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('branch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.partyorganization', verbose_name='党支部')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='credits', to='members.member', verbose_name='党员')),
                ('reverses', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversal', to='learning.studycredit')),
                ('rule', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='learning.studyrule', verbose_name='规则')),
            ],
            options={
                'verbose_name': '学时记录',
                'verbose_name_plural': '学时记录',
                'indexes': [models.Index(fields=['member', 'year', 'on_date', 'id'], name='credit_member_year'), models.Index(fields=['source'], name='credit_source')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('reverses__isnull', True)), fields=('source', 'member', 'category', 'revision'), name='credit_once_per_source'), models.CheckConstraint(condition=models.Q(models.Q(('minutes__gte', 0), ('reverses__isnull', True)), models.Q(('minutes__lte', 0), ('reverses__isnull', False)), _connector='OR'), name='credit_sign')],
                'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "learning_studycreditevent" ("branch_id", "category", "created_at", "hours", "id", "member_id", "minutes", "on_date", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reverses_id", "revision", "rule_id", "source", "source_url", "status", "title", "uid", "year") SELECT new_values."branch_id", new_values."category", new_values."created_at", new_values."hours", new_values."id", new_values."member_id", new_values."minutes", new_values."on_date", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."reverses_id", new_values."revision", new_values."rule_id", new_values."source", new_values."source_url", new_values."status", new_values."title", new_values."uid", new_values."year" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='7a5606e31b1e71cfa9ecfd06249146abad3a5d45', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_aabca', referencing='REFERENCING NEW TABLE AS new_values ', table='learning_studycredit', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "learning_studycreditevent" ("branch_id", "category", "created_at", "hours", "id", "member_id", "minutes", "on_date", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reverses_id", "revision", "rule_id", "source", "source_url", "status", "title", "uid", "year") SELECT new_values."branch_id", new_values."category", new_values."created_at", new_values."hours", new_values."id", new_values."member_id", new_values."minutes", new_values."on_date", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."reverses_id", new_values."revision", new_values."rule_id", new_values."source", new_values."source_url", new_values."status", new_values."title", new_values."uid", new_values."year" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='af383e3fa49dbc81ace972d0412574dccdd911af', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_5f1c9', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='learning_studycredit', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "learning_studycreditevent" ("branch_id", "category", "created_at", "hours", "id", "member_id", "minutes", "on_date", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reverses_id", "revision", "rule_id", "source", "source_url", "status", "title", "uid", "year") SELECT old_values."branch_id", old_values."category", old_values."created_at", old_values."hours", old_values."id", old_values."member_id", old_values."minutes", old_values."on_date", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."reverses_id", old_values."revision", old_values."rule_id", old_values."source", old_values."source_url", old_values."status", old_values."title", old_values."uid", old_values."year" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='963d331591928cbb73fb2d64dc85661def77aacb', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_482c0', referencing='REFERENCING OLD TABLE AS old_values ', table='learning_studycredit', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='StudyCreditEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('on_date', models.DateField(verbose_name='日期')),
                ('year', models.PositiveSmallIntegerField(verbose_name='年度')),
                ('category', models.CharField(choices=[('central_training', '集中培训'), ('general_meeting_study', '党员大会学习'), ('cell_study', '党小组学习'), ('party_lecture', '党课'), ('theme_day', '主题党日'), ('online_course', '网络课程'), ('self_study', '个人自学'), ('xuexi_qiangguo', '学习强国'), ('teaching', '授课')], max_length=30, verbose_name='类别')),
                ('title', models.CharField(max_length=120, verbose_name='内容')),
                ('minutes', models.IntegerField(verbose_name='分钟')),
                ('hours', models.DecimalField(decimal_places=2, max_digits=6, verbose_name='学时')),
                ('source', models.CharField(max_length=120)),
                ('source_url', models.CharField(blank=True, max_length=200)),
                ('revision', models.PositiveSmallIntegerField(default=1, verbose_name='版次')),
                ('status', models.CharField(choices=[('pending', '待确认'), ('confirmed', '已确认')], default='pending', max_length=12, verbose_name='状态')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('branch', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='members.partyorganization', verbose_name='党支部')),
                ('member', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='members.member', verbose_name='党员')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='learning.studycredit')),
                ('reverses', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='learning.studycredit')),
                ('rule', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='learning.studyrule', verbose_name='规则')),
            ],
            options={
                'abstract': False,
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='StudyRuleEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('category', models.CharField(choices=[('central_training', '集中培训'), ('general_meeting_study', '党员大会学习'), ('cell_study', '党小组学习'), ('party_lecture', '党课'), ('theme_day', '主题党日'), ('online_course', '网络课程'), ('self_study', '个人自学'), ('xuexi_qiangguo', '学习强国'), ('teaching', '授课')], max_length=30, verbose_name='类别')),
                ('from_year', models.PositiveSmallIntegerField(verbose_name='自年度')),
                ('minutes_per_hour', models.PositiveSmallIntegerField(default=45, verbose_name='每学时分钟数')),
                ('step', models.DecimalField(decimal_places=2, default='0.50', max_digits=3, verbose_name='计算步长（学时）')),
                ('counts_toward_required', models.BooleanField(default=True, verbose_name='计入应完成学时')),
                ('annual_cap', models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True, verbose_name='年度上限（学时）')),
                ('per_item_cap', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, verbose_name='单项上限（学时）')),
                ('block_minutes', models.PositiveSmallIntegerField(blank=True, help_text='例如半天 240 分钟；不填则按分钟计算。', null=True, verbose_name='固定时段（分钟）')),
                ('block_hours', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, verbose_name='固定时段学时')),
                ('clause', models.CharField(blank=True, max_length=200, verbose_name='依据')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='learning.studyrule')),
            ],
            options={
                'abstract': False,
                'indexes': [],
                'constraints': [],
            },
        ),
        branch_portal.migration_operations.InstallTriggers(
            models=['StudyCredit', 'StudyRequirement', 'StudyRule'],
        ),
    ]
