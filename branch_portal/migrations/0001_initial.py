import django.contrib.postgres.fields
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('members', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(max_length=60, verbose_name='类型')),
                ('title', models.CharField(max_length=120, verbose_name='名称')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='jobs', to=settings.AUTH_USER_MODEL, verbose_name='发起人')),
                ('arguments', models.JSONField(default=dict, verbose_name='参数')),
                ('state', models.CharField(choices=[('queued', '排队中'), ('running', '处理中'), ('done', '已完成'), ('failed', '未完成'), ('cancelled', '已取消'), ('quarantined', '已搁置')], default='queued', max_length=12, verbose_name='状态')),
                ('attempt', models.PositiveSmallIntegerField(default=0, verbose_name='次数')),
                ('forgiven', models.PositiveSmallIntegerField(default=0)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('done_count', models.PositiveIntegerField(default=0, verbose_name='已处理')),
                ('total_count', models.PositiveIntegerField(default=0, verbose_name='总数')),
                ('result', models.JSONField(default=dict, verbose_name='结果')),
                ('result_url', models.CharField(blank=True, max_length=300)),
                ('error', models.CharField(blank=True, max_length=500, verbose_name='原因')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='提交时间')),
                ('started_at', models.DateTimeField(blank=True, null=True, verbose_name='开始时间')),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='结束时间')),
            ],
            options={
                'verbose_name': '后台任务',
                'verbose_name_plural': '后台任务',
                'indexes': [models.Index(condition=models.Q(('state__in', ['queued', 'running'])), fields=['created_at'], name='job_unfinished'), models.Index(fields=['owner', '-created_at', '-id'], name='job_of_owner'), models.Index(condition=models.Q(('state', 'quarantined')), fields=['finished_at'], name='job_set_aside')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('finished_at__isnull', True), ('state__in', ['queued', 'running'])), models.Q(('finished_at__isnull', False), ('state__in', ['done', 'failed', 'cancelled', 'quarantined'])), _connector='OR'), name='job_finished_iff_ended')],
            },
        ),
        migrations.CreateModel(
            name='KeptForm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('key', models.CharField(max_length=120)),
                ('data', models.TextField()),
                ('saved_at', models.DateTimeField(db_index=True)),
            ],
            options={
                'verbose_name': '未提交的表单',
                'verbose_name_plural': '未提交的表单',
                'constraints': [models.UniqueConstraint(fields=('user', 'key'), name='kept_form_once')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='SubmissionKey',
            fields=[
                ('key', models.UUIDField(primary_key=True, serialize=False)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('result_url', models.CharField(blank=True, max_length=300)),
                ('created_at', models.DateTimeField(auto_now_add=True, db_index=True)),
            ],
            options={
                'verbose_name': '一次性提交凭据',
                'verbose_name_plural': '一次性提交凭据',
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='TickerBeat',
            fields=[
                ('ticker', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='触发器')),
                ('beat_at', models.DateTimeField(verbose_name='最近一次')),
                ('detail', models.JSONField(default=dict)),
            ],
            options={
                'verbose_name': '定时触发记录',
                'verbose_name_plural': '定时触发记录',
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='ProcessBeat',
            fields=[
                ('name', models.CharField(max_length=160, primary_key=True, serialize=False, verbose_name='进程')),
                ('kind', models.CharField(choices=[('worker', '后台进程'), ('beat', '定时调度')], max_length=10, verbose_name='类型')),
                ('queues', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), default=list, size=None, verbose_name='队列')),
                ('started_at', models.DateTimeField(verbose_name='启动时间')),
                ('beat_at', models.DateTimeField(verbose_name='最近一次')),
                ('published_at', models.DateTimeField(null=True, verbose_name='最近一次派发')),
                ('stopped_at', models.DateTimeField(null=True, verbose_name='停止时间')),
            ],
            options={
                'verbose_name': '后台进程',
                'verbose_name_plural': '后台进程',
                'indexes': [],
                'constraints': [],
            },
        ),
    ]
