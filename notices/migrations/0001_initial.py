import branch_portal.migration_operations
import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('members', '0001_initial'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='ReminderRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=60, unique=True, verbose_name='键')),
                ('name', models.CharField(max_length=60, verbose_name='名称')),
                ('clause', models.CharField(blank=True, max_length=120, verbose_name='依据')),
                ('enabled', models.BooleanField(default=True, verbose_name='启用')),
                ('offsets_minutes', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), blank=True, default=list, size=None, verbose_name='提前量（分钟）')),
                ('email', models.BooleanField(default=True, verbose_name='同时发电子邮件')),
                ('urgent', models.BooleanField(default=False, verbose_name='不避开夜间')),
                ('offsets_months', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), blank=True, default=list, size=None, verbose_name='提前量（月）')),
            ],
            options={
                'verbose_name': '提醒规则',
                'verbose_name_plural': '提醒规则',
                'ordering': ['key'],
                'indexes': [],
                'constraints': [],
                'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "notices_reminderruleevent" ("clause", "email", "enabled", "id", "key", "name", "offsets_minutes", "offsets_months", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "urgent") SELECT new_values."clause", new_values."email", new_values."enabled", new_values."id", new_values."key", new_values."name", new_values."offsets_minutes", new_values."offsets_months", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."urgent" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='47312a49739be794a9beafdb0656d45b1a9acf06', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_1c052', referencing='REFERENCING NEW TABLE AS new_values ', table='notices_reminderrule', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "notices_reminderruleevent" ("clause", "email", "enabled", "id", "key", "name", "offsets_minutes", "offsets_months", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "urgent") SELECT new_values."clause", new_values."email", new_values."enabled", new_values."id", new_values."key", new_values."name", new_values."offsets_minutes", new_values."offsets_months", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."urgent" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='915207b8378a24eb75313b3245b214341441cba8', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_94349', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='notices_reminderrule', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "notices_reminderruleevent" ("clause", "email", "enabled", "id", "key", "name", "offsets_minutes", "offsets_months", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "urgent") SELECT old_values."clause", old_values."email", old_values."enabled", old_values."id", old_values."key", old_values."name", old_values."offsets_minutes", old_values."offsets_months", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."urgent" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='43855d45f639e04341f1dd587bf95b99820dc641', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_e0509', referencing='REFERENCING OLD TABLE AS old_values ', table='notices_reminderrule', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='ReminderRuleEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('key', models.CharField(max_length=60, verbose_name='键')),
                ('name', models.CharField(max_length=60, verbose_name='名称')),
                ('clause', models.CharField(blank=True, max_length=120, verbose_name='依据')),
                ('enabled', models.BooleanField(default=True, verbose_name='启用')),
                ('offsets_minutes', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), blank=True, default=list, size=None, verbose_name='提前量（分钟）')),
                ('email', models.BooleanField(default=True, verbose_name='同时发电子邮件')),
                ('urgent', models.BooleanField(default=False, verbose_name='不避开夜间')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='notices.reminderrule')),
                ('offsets_months', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), blank=True, default=list, size=None, verbose_name='提前量（月）')),
            ],
            options={
                'abstract': False,
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='ReminderSlot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('subject', models.CharField(max_length=120)),
                ('due_key', models.CharField(max_length=80)),
                ('due_at', models.DateTimeField(verbose_name='应发时间')),
                ('not_after', models.DateTimeField(verbose_name='过时不发')),
                ('state', models.CharField(choices=[('open', '待发'), ('told', '已生成'), ('cancelled', '已取消'), ('expired', '已过期')], default='open', max_length=10, verbose_name='状态')),
                ('audience', models.JSONField(verbose_name='对象')),
                ('title', models.CharField(max_length=120, verbose_name='标题')),
                ('body', models.CharField(blank=True, max_length=500, verbose_name='内容')),
                ('link', models.CharField(blank=True, max_length=200, verbose_name='链接')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reminder_slots', to='members.partyorganization', verbose_name='党组织')),
                ('rule', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='slots', to='notices.reminderrule', verbose_name='提醒规则')),
            ],
            options={
                'verbose_name': '提醒',
                'verbose_name_plural': '提醒',
                'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['due_at'], name='slot_due'), models.Index(fields=['subject'], name='slot_subject')],
                'constraints': [models.UniqueConstraint(fields=('rule', 'subject', 'due_key'), name='slot_once')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('channel', models.CharField(choices=[('inapp', '站内'), ('email', '电子邮件')], max_length=10, verbose_name='渠道')),
                ('status', models.CharField(choices=[('pending', '待发'), ('sending', '发送中'), ('sent', '已送出'), ('cancelled', '已取消'), ('expired', '已过期'), ('suppressed', '未发送'), ('unknown', '结果不明'), ('dead', '未送达')], default='pending', max_length=12, verbose_name='状态')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='次数')),
                ('next_at', models.DateTimeField(blank=True, null=True, verbose_name='下次发送')),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('last_error', models.CharField(blank=True, max_length=300, verbose_name='原因')),
                ('provider_id', models.CharField(blank=True, max_length=120)),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='送达时间')),
                ('read_at', models.DateTimeField(blank=True, null=True, verbose_name='阅读时间')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('branch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.partyorganization')),
                ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to=settings.AUTH_USER_MODEL)),
                ('slot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='notices.reminderslot')),
            ],
            options={
                'verbose_name': '送达记录',
                'verbose_name_plural': '送达记录',
                'indexes': [models.Index(condition=models.Q(('status', 'pending')), fields=['next_at'], name='delivery_due'), models.Index(condition=models.Q(('status', 'sending')), fields=['lease_until'], name='delivery_leased'), models.Index(condition=models.Q(('channel', 'inapp')), fields=['recipient', '-created_at', '-id'], name='delivery_inbox')],
                'constraints': [models.UniqueConstraint(fields=('slot', 'recipient', 'channel'), name='delivery_once'), models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('status', 'sent')), models.Q(models.Q(('status', 'sent'), _negated=True), ('sent_at__isnull', True)), _connector='OR'), name='delivery_sent_iff_sent_at'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'sending'), _negated=True), ('lease_until__isnull', False), _connector='OR'), name='delivery_sending_has_lease')],
            },
        ),
        migrations.CreateModel(
            name='CalendarFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='建立时间')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='停用时间')),
                ('window_start', models.DateTimeField(blank=True, null=True)),
                ('fetches', models.PositiveIntegerField(default=0)),
                ('branch', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.partyorganization', verbose_name='党支部')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='feeds', to=settings.AUTH_USER_MODEL, verbose_name='所有人')),
            ],
            options={
                'verbose_name': '日历订阅',
                'verbose_name_plural': '日历订阅',
                'ordering': ['-created_at', '-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('revoked_at__isnull', True)), fields=('owner', 'branch'), name='feed_one_open_each', nulls_distinct=False)],
                'indexes': [],
            },
        ),
        branch_portal.migration_operations.InstallTriggers(
            models=['ReminderRule'],
        ),
    ]
