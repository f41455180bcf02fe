import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
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
            ],
            options={
                'verbose_name': '党员年度学时',
                'verbose_name_plural': '党员年度学时',
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
            ],
            options={
                'verbose_name': '学时记录',
                'verbose_name_plural': '学时记录',
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
            ],
            options={
                'abstract': False,
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
            ],
            options={
                'abstract': False,
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
            ],
            options={
                'abstract': False,
            },
        ),
    ]
