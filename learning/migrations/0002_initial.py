import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('learning', '0001_initial'),
        ('members', '0001_initial'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.AddField(
            model_name='memberyear',
            name='branch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.partyorganization', verbose_name='党支部'),
        ),
        migrations.AddField(
            model_name='memberyear',
            name='member',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='years', to='members.member', verbose_name='党员'),
        ),
        migrations.AddField(
            model_name='studycredit',
            name='branch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.partyorganization', verbose_name='党支部'),
        ),
        migrations.AddField(
            model_name='studycredit',
            name='member',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='credits', to='members.member', verbose_name='党员'),
        ),
        migrations.AddField(
            model_name='studycredit',
            name='reverses',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversal', to='learning.studycredit'),
        ),
        migrations.AddField(
            model_name='studycreditevent',
            name='branch',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='members.partyorganization', verbose_name='党支部'),
        ),
        migrations.AddField(
            model_name='studycreditevent',
            name='member',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='members.member', verbose_name='党员'),
        ),
        migrations.AddField(
            model_name='studycreditevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='studycreditevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='learning.studycredit'),
        ),
        migrations.AddField(
            model_name='studycreditevent',
            name='reverses',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='learning.studycredit'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='studyrequirement',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "learning_studyrequirementevent" ("clause", "from_year", "id", "member_hours", "officer_hours", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT new_values."clause", new_values."from_year", new_values."id", new_values."member_hours", new_values."officer_hours", _pgh_attached_context.value, NOW(), \'insert\', new_values."id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='73ad7c878b774c8fb7c503fd1b11fd0e7a77fda2', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_4ebec', referencing='REFERENCING NEW TABLE AS new_values ', table='learning_studyrequirement', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='studyrequirement',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "learning_studyrequirementevent" ("clause", "from_year", "id", "member_hours", "officer_hours", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT new_values."clause", new_values."from_year", new_values."id", new_values."member_hours", new_values."officer_hours", _pgh_attached_context.value, NOW(), \'update\', new_values."id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='e6a644a3101228954d842638627f74ffba1abb2b', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_842c4', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='learning_studyrequirement', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='studyrequirement',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "learning_studyrequirementevent" ("clause", "from_year", "id", "member_hours", "officer_hours", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT old_values."clause", old_values."from_year", old_values."id", old_values."member_hours", old_values."officer_hours", _pgh_attached_context.value, NOW(), \'delete\', old_values."id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='f19dffccc642e3658fabbcf3684c9b5520bb3835', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_4a052', referencing='REFERENCING OLD TABLE AS old_values ', table='learning_studyrequirement', when='AFTER')),
        ),
        migrations.AddField(
            model_name='studyrequirementevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='studyrequirementevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='learning.studyrequirement'),
        ),
        migrations.AddConstraint(
            model_name='studyrule',
            constraint=models.UniqueConstraint(fields=('category', 'from_year'), name='study_rule_version'),
        ),
        migrations.AddConstraint(
            model_name='studyrule',
            constraint=models.CheckConstraint(condition=models.Q(('minutes_per_hour__gt', 0), ('step__gt', 0)), name='study_rule_positive'),
        ),
        migrations.AddConstraint(
            model_name='studyrule',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('block_hours__isnull', True), ('block_minutes__isnull', True)), models.Q(('block_hours__isnull', False), ('block_minutes__gt', 0)), _connector='OR'), name='study_rule_block_whole'),
        ),
        migrations.AddField(
            model_name='studycreditevent',
            name='rule',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='learning.studyrule', verbose_name='规则'),
        ),
        migrations.AddField(
            model_name='studycredit',
            name='rule',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='learning.studyrule', verbose_name='规则'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='studyrule',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "learning_studyruleevent" ("annual_cap", "block_hours", "block_minutes", "category", "clause", "counts_toward_required", "from_year", "id", "minutes_per_hour", "per_item_cap", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "step") SELECT new_values."annual_cap", new_values."block_hours", new_values."block_minutes", new_values."category", new_values."clause", new_values."counts_toward_required", new_values."from_year", new_values."id", new_values."minutes_per_hour", new_values."per_item_cap", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."step" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='d17a4c674e61683336f755fc7ce2e95621db731b', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_dd222', referencing='REFERENCING NEW TABLE AS new_values ', table='learning_studyrule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='studyrule',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "learning_studyruleevent" ("annual_cap", "block_hours", "block_minutes", "category", "clause", "counts_toward_required", "from_year", "id", "minutes_per_hour", "per_item_cap", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "step") SELECT new_values."annual_cap", new_values."block_hours", new_values."block_minutes", new_values."category", new_values."clause", new_values."counts_toward_required", new_values."from_year", new_values."id", new_values."minutes_per_hour", new_values."per_item_cap", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."step" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='6de624b52ab5e00399ac92e03a597cc464efbfa1', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_c7df0', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='learning_studyrule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='studyrule',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "learning_studyruleevent" ("annual_cap", "block_hours", "block_minutes", "category", "clause", "counts_toward_required", "from_year", "id", "minutes_per_hour", "per_item_cap", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "step") SELECT old_values."annual_cap", old_values."block_hours", old_values."block_minutes", old_values."category", old_values."clause", old_values."counts_toward_required", old_values."from_year", old_values."id", old_values."minutes_per_hour", old_values."per_item_cap", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."step" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='d2f361717f34170bc8867aeed91aa648fe0f8f82', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_ff087', referencing='REFERENCING OLD TABLE AS old_values ', table='learning_studyrule', when='AFTER')),
        ),
        migrations.AddField(
            model_name='studyruleevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='studyruleevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='learning.studyrule'),
        ),
        migrations.AddIndex(
            model_name='memberyear',
            index=models.Index(fields=['branch', 'year'], name='member_year_branch'),
        ),
        migrations.AddConstraint(
            model_name='memberyear',
            constraint=models.UniqueConstraint(fields=('member', 'year'), name='member_year_once'),
        ),
        migrations.AddIndex(
            model_name='studycredit',
            index=models.Index(fields=['member', 'year', 'on_date', 'id'], name='credit_member_year'),
        ),
        migrations.AddIndex(
            model_name='studycredit',
            index=models.Index(fields=['source'], name='credit_source'),
        ),
        migrations.AddConstraint(
            model_name='studycredit',
            constraint=models.UniqueConstraint(condition=models.Q(('reverses__isnull', True)), fields=('source', 'member', 'category', 'revision'), name='credit_once_per_source'),
        ),
        migrations.AddConstraint(
            model_name='studycredit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('minutes__gte', 0), ('reverses__isnull', True)), models.Q(('minutes__lte', 0), ('reverses__isnull', False)), _connector='OR'), name='credit_sign'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='studycredit',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "learning_studycreditevent" ("branch_id", "category", "created_at", "hours", "id", "member_id", "minutes", "on_date", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reverses_id", "revision", "rule_id", "source", "source_url", "status", "title", "uid", "year") SELECT new_values."branch_id", new_values."category", new_values."created_at", new_values."hours", new_values."id", new_values."member_id", new_values."minutes", new_values."on_date", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."reverses_id", new_values."revision", new_values."rule_id", new_values."source", new_values."source_url", new_values."status", new_values."title", new_values."uid", new_values."year" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='7a5606e31b1e71cfa9ecfd06249146abad3a5d45', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_aabca', referencing='REFERENCING NEW TABLE AS new_values ', table='learning_studycredit', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='studycredit',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "learning_studycreditevent" ("branch_id", "category", "created_at", "hours", "id", "member_id", "minutes", "on_date", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reverses_id", "revision", "rule_id", "source", "source_url", "status", "title", "uid", "year") SELECT new_values."branch_id", new_values."category", new_values."created_at", new_values."hours", new_values."id", new_values."member_id", new_values."minutes", new_values."on_date", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."reverses_id", new_values."revision", new_values."rule_id", new_values."source", new_values."source_url", new_values."status", new_values."title", new_values."uid", new_values."year" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='af383e3fa49dbc81ace972d0412574dccdd911af', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_5f1c9', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='learning_studycredit', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='studycredit',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "learning_studycreditevent" ("branch_id", "category", "created_at", "hours", "id", "member_id", "minutes", "on_date", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reverses_id", "revision", "rule_id", "source", "source_url", "status", "title", "uid", "year") SELECT old_values."branch_id", old_values."category", old_values."created_at", old_values."hours", old_values."id", old_values."member_id", old_values."minutes", old_values."on_date", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."reverses_id", old_values."revision", old_values."rule_id", old_values."source", old_values."source_url", old_values."status", old_values."title", old_values."uid", old_values."year" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='963d331591928cbb73fb2d64dc85661def77aacb', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_482c0', referencing='REFERENCING OLD TABLE AS old_values ', table='learning_studycredit', when='AFTER')),
        ),
    ]
