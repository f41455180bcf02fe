import branch_portal.crypto
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        # Exclusion constraints compare a member's id and a period in one GiST index.
        BtreeGistExtension(),
        migrations.CreateModel(
            name='FirstAdminLink',
            fields=[
                ('token_hash', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('used_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': '首个管理员链接',
                'verbose_name_plural': '首个管理员链接',
            },
        ),
        migrations.CreateModel(
            name='LoginAttempt',
            fields=[
                ('key', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('window_start', models.DateTimeField(verbose_name='窗口开始')),
                ('tries', models.PositiveIntegerField(default=0, verbose_name='次数')),
            ],
            options={
                'verbose_name': '登录尝试',
                'verbose_name_plural': '登录尝试',
            },
        ),
        migrations.CreateModel(
            name='Member',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=60, verbose_name='姓名')),
                ('name_pinyin', models.CharField(blank=True, editable=False, max_length=200)),
                ('name_initials', models.CharField(blank=True, editable=False, max_length=30)),
                ('id_number', branch_portal.crypto.EncryptedTextField(column_label='member.id_number', editable=True, verbose_name='公民身份号码')),
                ('id_number_index', branch_portal.crypto.BlindIndexField(null=True, source='id_number', unique=True)),
                ('gender', models.CharField(choices=[('male', '男'), ('female', '女')], max_length=6, verbose_name='性别')),
                ('ethnicity', models.CharField(choices=[('01', '汉族'), ('02', '蒙古族'), ('03', '回族'), ('04', '藏族'), ('05', '维吾尔族'), ('06', '苗族'), ('07', '彝族'), ('08', '壮族'), ('09', '布依族'), ('10', '朝鲜族'), ('11', '满族'), ('12', '侗族'), ('13', '瑶族'), ('14', '白族'), ('15', '土家族'), ('16', '哈尼族'), ('17', '哈萨克族'), ('18', '傣族'), ('19', '黎族'), ('20', '傈僳族'), ('21', '佤族'), ('22', '畲族'), ('23', '高山族'), ('24', '拉祜族'), ('25', '水族'), ('26', '东乡族'), ('27', '纳西族'), ('28', '景颇族'), ('29', '柯尔克孜族'), ('30', '土族'), ('31', '达斡尔族'), ('32', '仫佬族'), ('33', '羌族'), ('34', '布朗族'), ('35', '撒拉族'), ('36', '毛南族'), ('37', '仡佬族'), ('38', '锡伯族'), ('39', '阿昌族'), ('40', '普米族'), ('41', '塔吉克族'), ('42', '怒族'), ('43', '乌孜别克族'), ('44', '俄罗斯族'), ('45', '鄂温克族'), ('46', '德昂族'), ('47', '保安族'), ('48', '裕固族'), ('49', '京族'), ('50', '塔塔尔族'), ('51', '独龙族'), ('52', '鄂伦春族'), ('53', '赫哲族'), ('54', '门巴族'), ('55', '珞巴族'), ('56', '基诺族'), ('97', '其他'), ('98', '外国血统')], default='01', max_length=2, verbose_name='民族')),
                ('birth_date', branch_portal.crypto.EncryptedTextField(column_label='member.birth_date', editable=True, verbose_name='出生日期')),
                ('birth_year', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='出生年份')),
                ('education', models.CharField(blank=True, choices=[('11', '博士研究生'), ('12', '硕士研究生'), ('13', '硕士生班'), ('14', '中央党校研究生'), ('15', '省（区、市）委党校研究生'), ('21', '大学'), ('22', '大专'), ('23', '大学普通班'), ('24', '第二学士学位班'), ('25', '中央党校大学'), ('26', '省（区、市）委党校大学'), ('27', '中央党校大专'), ('28', '省（区、市）委党校大专'), ('41', '中等专科'), ('42', '职业高中'), ('43', '技工学校'), ('61', '普通高中'), ('71', '初中'), ('81', '小学'), ('91', '其他')], max_length=2, verbose_name='学历')),
                ('category', models.CharField(choices=[('full', '正式党员'), ('probationary', '预备党员')], max_length=12, verbose_name='人员类别')),
                ('admitted_on', models.DateField(verbose_name='入党日期')),
                ('confirmed_on', models.DateField(blank=True, null=True, verbose_name='转为正式党员日期')),
                ('standing_correction', models.SmallIntegerField(default=0, verbose_name='党龄校正值')),
                ('job_post', models.CharField(blank=True, choices=[('011', '党政机关工作人员'), ('012', '事业单位管理人员'), ('013', '事业单位专业技术人员'), ('014', '公有制企业管理人员'), ('015', '公有制企业专业技术人员'), ('016', '公有制单位工勤技能人员'), ('021', '非公有制企业管理人员'), ('022', '非公有制企业专业技术人员'), ('023', '社会组织管理人员'), ('024', '社会组织专业技术人员'), ('025', '非公有制单位工勤技能人员'), ('1', '农牧渔民'), ('113', '外出务工经商人员'), ('2', '军人、武警'), ('3', '学生'), ('4', '离退休人员'), ('51', '社区工作人员'), ('52', '个体工商户从业人员'), ('53', '自由职业人员'), ('59', '其他')], max_length=4, verbose_name='工作岗位')),
                ('employer', models.CharField(blank=True, max_length=80, verbose_name='工作单位及职务')),
                ('mobile', branch_portal.crypto.EncryptedTextField(column_label='member.mobile', editable=True, verbose_name='手机号')),
                ('mobile_index', branch_portal.crypto.BlindIndexField(db_index=True, null=True, source='mobile')),
                ('mobile_tail', models.CharField(blank=True, max_length=4, verbose_name='手机尾号')),
                ('landline', branch_portal.crypto.EncryptedTextField(column_label='member.landline', editable=True, verbose_name='固定电话')),
                ('home_address', branch_portal.crypto.EncryptedTextField(column_label='member.home_address', editable=True, verbose_name='家庭住址')),
                ('standing', models.CharField(choices=[('normal', '正常'), ('suspended', '停止党籍'), ('exited', '出党'), ('deceased', '死亡'), ('transferred_out', '转出')], default='normal', max_length=16, verbose_name='党籍状态')),
                ('lost_contact_on', models.DateField(blank=True, null=True, verbose_name='失去联系日期')),
                ('floating_since', models.DateField(blank=True, null=True, verbose_name='外出日期')),
                ('floating_destination', models.CharField(blank=True, max_length=80, verbose_name='外出流向')),
                ('is_leading_official', models.BooleanField(default=False, verbose_name='党员领导干部')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                'verbose_name': '党员',
                'verbose_name_plural': '党员',
            },
        ),
        migrations.CreateModel(
            name='OrganizationChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('founded', '成立'), ('renamed', '更名'), ('moved', '调整隶属'), ('merged', '合并'), ('split', '拆分'), ('abolished', '撤销'), ('restored', '恢复')], max_length=12, verbose_name='变动')),
                ('effective_on', models.DateField(verbose_name='生效日期')),
                ('name', models.CharField(max_length=120, verbose_name='变动后全称')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='原因')),
            ],
            options={
                'verbose_name': '组织变动',
                'verbose_name_plural': '组织变动',
                'ordering': ['organization', 'effective_on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='PartyOrganizationEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('depth', models.PositiveIntegerField()),
                ('numchild', models.PositiveIntegerField(default=0)),
                ('path', models.CharField(db_collation='C', max_length=255)),
                ('name', models.CharField(max_length=120, verbose_name='全称')),
                ('short_name', models.CharField(max_length=40, verbose_name='简称')),
                ('code', models.CharField(max_length=30, verbose_name='组织代码')),
                ('kind', models.CharField(choices=[('committee', '党委'), ('general_branch', '党总支'), ('branch', '党支部'), ('cell', '党小组')], max_length=20, verbose_name='组织类别')),
                ('formation', models.CharField(choices=[('sole', '单独组建'), ('joint', '联合党支部'), ('temporary', '临时党支部'), ('functional', '功能型党支部')], default='sole', max_length=20, verbose_name='组建方式')),
                ('unit_category', models.CharField(blank=True, choices=[('village', '村'), ('community', '社区'), ('state_enterprise', '国有企业'), ('university', '高校'), ('school', '学校'), ('non_public_enterprise', '非公有制企业'), ('social_organization', '社会组织'), ('public_institution', '事业单位'), ('government_organ', '机关'), ('floating', '流动党员'), ('retirees', '离退休')], max_length=30, verbose_name='单位类别')),
                ('sort_number', models.PositiveIntegerField(default=100, verbose_name='排序号')),
                ('founded_on', models.DateField(verbose_name='成立日期')),
                ('abolished_on', models.DateField(blank=True, null=True, verbose_name='撤销日期')),
                ('has_committee', models.BooleanField(default=False, verbose_name='设支部委员会')),
                ('theme_day_rule', models.CharField(choices=[('day_of_month', '每月固定日'), ('nth_weekday', '每月第几个星期几')], default='day_of_month', max_length=20, verbose_name='主题党日规则')),
                ('theme_day_number', models.PositiveSmallIntegerField(default=5, verbose_name='固定日或第几个')),
                ('theme_day_weekday', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='星期几（1 为星期一）')),
                ('usual_place', models.CharField(blank=True, max_length=80, verbose_name='常用地点')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PersonalDataAccess',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='时间')),
                ('user_id', models.BigIntegerField(verbose_name='用户编号')),
                ('user_label', models.CharField(max_length=80, verbose_name='用户')),
                ('action', models.CharField(choices=[('reveal', '查看完整信息'), ('export', '导出')], max_length=20, verbose_name='动作')),
                ('member_uid', models.UUIDField(blank=True, null=True, verbose_name='党员')),
                ('branch_id', models.BigIntegerField(blank=True, null=True)),
                ('field', models.CharField(max_length=60, verbose_name='内容')),
                ('row_count', models.PositiveIntegerField(default=1, verbose_name='条数')),
                ('reason', models.CharField(max_length=200, verbose_name='事由')),
                ('ip', models.GenericIPAddressField(blank=True, null=True, verbose_name='来源')),
            ],
            options={
                'verbose_name': '个人信息查看与导出记录',
                'verbose_name_plural': '个人信息查看与导出记录',
            },
        ),
        migrations.CreateModel(
            name='PostTenure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('post', models.CharField(choices=[('secretary', '党支部书记'), ('deputy_secretary', '党支部副书记'), ('organization', '组织委员'), ('publicity', '宣传委员'), ('discipline', '纪检委员'), ('committee_member', '支部委员'), ('cell_leader', '党小组组长')], max_length=20, verbose_name='职务')),
                ('period', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='任职起止')),
            ],
            options={
                'verbose_name': '任职',
                'verbose_name_plural': '任职',
            },
        ),
        migrations.CreateModel(
            name='PostTenureEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('post', models.CharField(choices=[('secretary', '党支部书记'), ('deputy_secretary', '党支部副书记'), ('organization', '组织委员'), ('publicity', '宣传委员'), ('discipline', '纪检委员'), ('committee_member', '支部委员'), ('cell_leader', '党小组组长')], max_length=20, verbose_name='职务')),
                ('period', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='任职起止')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RoleGrant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('role', models.CharField(choices=[('member', '党员'), ('cell_leader', '党小组组长'), ('branch_officer', '支部委员'), ('secretary', '支部书记'), ('committee_staff', '党委工作人员'), ('system_administrator', '系统管理员')], max_length=30, verbose_name='角色')),
                ('valid_from', models.DateField(verbose_name='生效日期')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='截止日期')),
                ('reason', models.CharField(blank=True, max_length=100, verbose_name='事由')),
            ],
            options={
                'verbose_name': '授权',
                'verbose_name_plural': '授权',
            },
        ),
        migrations.CreateModel(
            name='RoleGrantEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('role', models.CharField(choices=[('member', '党员'), ('cell_leader', '党小组组长'), ('branch_officer', '支部委员'), ('secretary', '支部书记'), ('committee_staff', '党委工作人员'), ('system_administrator', '系统管理员')], max_length=30, verbose_name='角色')),
                ('valid_from', models.DateField(verbose_name='生效日期')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='截止日期')),
                ('reason', models.CharField(blank=True, max_length=100, verbose_name='事由')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='UserEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('username', models.CharField(error_messages={'unique': '这个用户名已被使用，请换一个。'}, max_length=60, verbose_name='用户名')),
                ('display_name', models.CharField(max_length=60, verbose_name='姓名')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='电子邮箱')),
                ('is_active', models.BooleanField(default=True, verbose_name='启用')),
                ('is_superuser', models.BooleanField(default=False, verbose_name='系统管理员')),
                ('elder_view', models.BooleanField(default=False, verbose_name='长者模式')),
                ('date_joined', models.DateTimeField(auto_now_add=True, verbose_name='开通时间')),
                ('password_changed_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='密码修改时间')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Affiliation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('period', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='起止日期')),
                ('reason', models.CharField(blank=True, max_length=100, verbose_name='原因')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='affiliations', to='members.member', verbose_name='党员')),
            ],
            options={
                'verbose_name': '组织关系',
                'verbose_name_plural': '组织关系',
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('username', models.CharField(error_messages={'unique': '这个用户名已被使用，请换一个。'}, max_length=60, unique=True, verbose_name='用户名')),
                ('display_name', models.CharField(max_length=60, verbose_name='姓名')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='电子邮箱')),
                ('is_active', models.BooleanField(default=True, verbose_name='启用')),
                ('is_superuser', models.BooleanField(default=False, verbose_name='系统管理员')),
                ('elder_view', models.BooleanField(default=False, verbose_name='长者模式')),
                ('date_joined', models.DateTimeField(auto_now_add=True, verbose_name='开通时间')),
                ('password_changed_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='密码修改时间')),
                ('member', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='user', to='members.member', verbose_name='党员')),
            ],
            options={
                'verbose_name': '账号',
                'verbose_name_plural': '账号',
            },
        ),
        migrations.CreateModel(
            name='PartyOrganization',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('depth', models.PositiveIntegerField()),
                ('numchild', models.PositiveIntegerField(default=0)),
                ('path', models.CharField(db_collation='C', max_length=255, unique=True)),
                ('name', models.CharField(max_length=120, verbose_name='全称')),
                ('short_name', models.CharField(max_length=40, verbose_name='简称')),
                ('code', models.CharField(max_length=30, unique=True, verbose_name='组织代码')),
                ('kind', models.CharField(choices=[('committee', '党委'), ('general_branch', '党总支'), ('branch', '党支部'), ('cell', '党小组')], max_length=20, verbose_name='组织类别')),
                ('formation', models.CharField(choices=[('sole', '单独组建'), ('joint', '联合党支部'), ('temporary', '临时党支部'), ('functional', '功能型党支部')], default='sole', max_length=20, verbose_name='组建方式')),
                ('unit_category', models.CharField(blank=True, choices=[('village', '村'), ('community', '社区'), ('state_enterprise', '国有企业'), ('university', '高校'), ('school', '学校'), ('non_public_enterprise', '非公有制企业'), ('social_organization', '社会组织'), ('public_institution', '事业单位'), ('government_organ', '机关'), ('floating', '流动党员'), ('retirees', '离退休')], max_length=30, verbose_name='单位类别')),
                ('sort_number', models.PositiveIntegerField(default=100, verbose_name='排序号')),
                ('founded_on', models.DateField(verbose_name='成立日期')),
                ('abolished_on', models.DateField(blank=True, null=True, verbose_name='撤销日期')),
                ('has_committee', models.BooleanField(default=False, verbose_name='设支部委员会')),
                ('theme_day_rule', models.CharField(choices=[('day_of_month', '每月固定日'), ('nth_weekday', '每月第几个星期几')], default='day_of_month', max_length=20, verbose_name='主题党日规则')),
                ('theme_day_number', models.PositiveSmallIntegerField(default=5, verbose_name='固定日或第几个')),
                ('theme_day_weekday', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='星期几（1 为星期一）')),
                ('usual_place', models.CharField(blank=True, max_length=80, verbose_name='常用地点')),
            ],
            options={
                'verbose_name': '党组织',
                'verbose_name_plural': '党组织',
                'ordering': ['path'],
                'indexes': [models.Index(fields=['kind', 'path'], name='organization_kind_path')],
                'constraints': [models.CheckConstraint(condition=models.Q(('abolished_on__isnull', True), ('abolished_on__gte', models.F('founded_on')), _connector='OR'), name='organization_dates_in_order')],
            },
        ),
        migrations.CreateModel(
            name='OrganizationChangeEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('kind', models.CharField(choices=[('founded', '成立'), ('renamed', '更名'), ('moved', '调整隶属'), ('merged', '合并'), ('split', '拆分'), ('abolished', '撤销'), ('restored', '恢复')], max_length=12, verbose_name='变动')),
                ('effective_on', models.DateField(verbose_name='生效日期')),
                ('name', models.CharField(max_length=120, verbose_name='变动后全称')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='原因')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='members.organizationchange')),
                ('organization', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='members.partyorganization')),
                ('parent', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='members.partyorganization', verbose_name='变动后上级')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='organizationchange',
            name='organization',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='members.partyorganization'),
        ),
        migrations.AddField(
            model_name='organizationchange',
            name='parent',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.partyorganization', verbose_name='变动后上级'),
        ),
        migrations.CreateModel(
            name='MemberEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('name', models.CharField(max_length=60, verbose_name='姓名')),
                ('name_pinyin', models.CharField(blank=True, editable=False, max_length=200)),
                ('name_initials', models.CharField(blank=True, editable=False, max_length=30)),
                ('id_number', branch_portal.crypto.EncryptedTextField(column_label='member.id_number', editable=True, verbose_name='公民身份号码')),
                ('id_number_index', branch_portal.crypto.BlindIndexField(null=True, source='id_number')),
                ('gender', models.CharField(choices=[('male', '男'), ('female', '女')], max_length=6, verbose_name='性别')),
                ('ethnicity', models.CharField(choices=[('01', '汉族'), ('02', '蒙古族'), ('03', '回族'), ('04', '藏族'), ('05', '维吾尔族'), ('06', '苗族'), ('07', '彝族'), ('08', '壮族'), ('09', '布依族'), ('10', '朝鲜族'), ('11', '满族'), ('12', '侗族'), ('13', '瑶族'), ('14', '白族'), ('15', '土家族'), ('16', '哈尼族'), ('17', '哈萨克族'), ('18', '傣族'), ('19', '黎族'), ('20', '傈僳族'), ('21', '佤族'), ('22', '畲族'), ('23', '高山族'), ('24', '拉祜族'), ('25', '水族'), ('26', '东乡族'), ('27', '纳西族'), ('28', '景颇族'), ('29', '柯尔克孜族'), ('30', '土族'), ('31', '达斡尔族'), ('32', '仫佬族'), ('33', '羌族'), ('34', '布朗族'), ('35', '撒拉族'), ('36', '毛南族'), ('37', '仡佬族'), ('38', '锡伯族'), ('39', '阿昌族'), ('40', '普米族'), ('41', '塔吉克族'), ('42', '怒族'), ('43', '乌孜别克族'), ('44', '俄罗斯族'), ('45', '鄂温克族'), ('46', '德昂族'), ('47', '保安族'), ('48', '裕固族'), ('49', '京族'), ('50', '塔塔尔族'), ('51', '独龙族'), ('52', '鄂伦春族'), ('53', '赫哲族'), ('54', '门巴族'), ('55', '珞巴族'), ('56', '基诺族'), ('97', '其他'), ('98', '外国血统')], default='01', max_length=2, verbose_name='民族')),
                ('birth_date', branch_portal.crypto.EncryptedTextField(column_label='member.birth_date', editable=True, verbose_name='出生日期')),
                ('birth_year', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='出生年份')),
                ('education', models.CharField(blank=True, choices=[('11', '博士研究生'), ('12', '硕士研究生'), ('13', '硕士生班'), ('14', '中央党校研究生'), ('15', '省（区、市）委党校研究生'), ('21', '大学'), ('22', '大专'), ('23', '大学普通班'), ('24', '第二学士学位班'), ('25', '中央党校大学'), ('26', '省（区、市）委党校大学'), ('27', '中央党校大专'), ('28', '省（区、市）委党校大专'), ('41', '中等专科'), ('42', '职业高中'), ('43', '技工学校'), ('61', '普通高中'), ('71', '初中'), ('81', '小学'), ('91', '其他')], max_length=2, verbose_name='学历')),
                ('category', models.CharField(choices=[('full', '正式党员'), ('probationary', '预备党员')], max_length=12, verbose_name='人员类别')),
                ('admitted_on', models.DateField(verbose_name='入党日期')),
                ('confirmed_on', models.DateField(blank=True, null=True, verbose_name='转为正式党员日期')),
                ('standing_correction', models.SmallIntegerField(default=0, verbose_name='党龄校正值')),
                ('job_post', models.CharField(blank=True, choices=[('011', '党政机关工作人员'), ('012', '事业单位管理人员'), ('013', '事业单位专业技术人员'), ('014', '公有制企业管理人员'), ('015', '公有制企业专业技术人员'), ('016', '公有制单位工勤技能人员'), ('021', '非公有制企业管理人员'), ('022', '非公有制企业专业技术人员'), ('023', '社会组织管理人员'), ('024', '社会组织专业技术人员'), ('025', '非公有制单位工勤技能人员'), ('1', '农牧渔民'), ('113', '外出务工经商人员'), ('2', '军人、武警'), ('3', '学生'), ('4', '离退休人员'), ('51', '社区工作人员'), ('52', '个体工商户从业人员'), ('53', '自由职业人员'), ('59', '其他')], max_length=4, verbose_name='工作岗位')),
                ('employer', models.CharField(blank=True, max_length=80, verbose_name='工作单位及职务')),
                ('mobile', branch_portal.crypto.EncryptedTextField(column_label='member.mobile', editable=True, verbose_name='手机号')),
                ('mobile_index', branch_portal.crypto.BlindIndexField(null=True, source='mobile')),
                ('mobile_tail', models.CharField(blank=True, max_length=4, verbose_name='手机尾号')),
                ('landline', branch_portal.crypto.EncryptedTextField(column_label='member.landline', editable=True, verbose_name='固定电话')),
                ('home_address', branch_portal.crypto.EncryptedTextField(column_label='member.home_address', editable=True, verbose_name='家庭住址')),
                ('standing', models.CharField(choices=[('normal', '正常'), ('suspended', '停止党籍'), ('exited', '出党'), ('deceased', '死亡'), ('transferred_out', '转出')], default='normal', max_length=16, verbose_name='党籍状态')),
                ('lost_contact_on', models.DateField(blank=True, null=True, verbose_name='失去联系日期')),
                ('floating_since', models.DateField(blank=True, null=True, verbose_name='外出日期')),
                ('floating_destination', models.CharField(blank=True, max_length=80, verbose_name='外出流向')),
                ('is_leading_official', models.BooleanField(default=False, verbose_name='党员领导干部')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='members.member')),
                ('branch', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='members.partyorganization', verbose_name='所在党支部')),
                ('cell', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='members.partyorganization', verbose_name='党小组')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='member',
            name='branch',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='members', to='members.partyorganization', verbose_name='所在党支部'),
        ),
        migrations.AddField(
            model_name='member',
            name='cell',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cell_members', to='members.partyorganization', verbose_name='党小组'),
        ),
        migrations.CreateModel(
            name='ImportBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('file_name', models.CharField(max_length=200, verbose_name='文件名')),
                ('since', models.DateField(verbose_name='组织关系起始日期')),
                ('content', branch_portal.crypto.EncryptedTextField(column_label='import_batch.content', editable=True, verbose_name='内容')),
                ('state', models.CharField(choices=[('pending', '待确认'), ('queued', '处理中'), ('applied', '已导入'), ('expired', '已失效')], default='pending', max_length=10, verbose_name='状态')),
                ('figures', models.JSONField(default=dict, verbose_name='结果')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='上传时间')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='上传人')),
                ('branch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.partyorganization', verbose_name='党支部')),
            ],
            options={
                'verbose_name': '名册导入',
                'verbose_name_plural': '名册导入',
            },
        ),
        migrations.CreateModel(
            name='AffiliationEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('period', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='起止日期')),
                ('reason', models.CharField(blank=True, max_length=100, verbose_name='原因')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='members.affiliation')),
                ('member', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='members.member', verbose_name='党员')),
                ('branch', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='members.partyorganization', verbose_name='党支部')),
                ('cell', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='members.partyorganization', verbose_name='党小组')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='affiliation',
            name='branch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='affiliations', to='members.partyorganization', verbose_name='党支部'),
        ),
        migrations.AddField(
            model_name='affiliation',
            name='cell',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.partyorganization', verbose_name='党小组'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='partyorganization',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_partyorganizationevent" ("abolished_on", "code", "depth", "formation", "founded_on", "has_committee", "id", "kind", "name", "numchild", "path", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "short_name", "sort_number", "theme_day_number", "theme_day_rule", "theme_day_weekday", "uid", "unit_category", "usual_place") SELECT new_values."abolished_on", new_values."code", new_values."depth", new_values."formation", new_values."founded_on", new_values."has_committee", new_values."id", new_values."kind", new_values."name", new_values."numchild", new_values."path", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."short_name", new_values."sort_number", new_values."theme_day_number", new_values."theme_day_rule", new_values."theme_day_weekday", new_values."uid", new_values."unit_category", new_values."usual_place" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='203d88fe6e65a810a277fbb475cf3342509ae75b', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_361dc', referencing='REFERENCING NEW TABLE AS new_values ', table='members_partyorganization', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='partyorganization',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_partyorganizationevent" ("abolished_on", "code", "depth", "formation", "founded_on", "has_committee", "id", "kind", "name", "numchild", "path", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "short_name", "sort_number", "theme_day_number", "theme_day_rule", "theme_day_weekday", "uid", "unit_category", "usual_place") SELECT new_values."abolished_on", new_values."code", new_values."depth", new_values."formation", new_values."founded_on", new_values."has_committee", new_values."id", new_values."kind", new_values."name", new_values."numchild", new_values."path", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."short_name", new_values."sort_number", new_values."theme_day_number", new_values."theme_day_rule", new_values."theme_day_weekday", new_values."uid", new_values."unit_category", new_values."usual_place" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='6ef24f939c3b1a734edb40066ce056aa506d6188', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_8f3e4', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='members_partyorganization', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='partyorganization',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_partyorganizationevent" ("abolished_on", "code", "depth", "formation", "founded_on", "has_committee", "id", "kind", "name", "numchild", "path", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "short_name", "sort_number", "theme_day_number", "theme_day_rule", "theme_day_weekday", "uid", "unit_category", "usual_place") SELECT old_values."abolished_on", old_values."code", old_values."depth", old_values."formation", old_values."founded_on", old_values."has_committee", old_values."id", old_values."kind", old_values."name", old_values."numchild", old_values."path", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."short_name", old_values."sort_number", old_values."theme_day_number", old_values."theme_day_rule", old_values."theme_day_weekday", old_values."uid", old_values."unit_category", old_values."usual_place" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='728ee67cc7d4f2aff53e945bf5ec5424898fa4ac', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_a573d', referencing='REFERENCING OLD TABLE AS old_values ', table='members_partyorganization', when='AFTER')),
        ),
        migrations.AddField(
            model_name='partyorganizationevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='partyorganizationevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='members.partyorganization'),
        ),
        migrations.AddIndex(
            model_name='personaldataaccess',
            index=models.Index(fields=['-at', '-id'], name='personal_access_recent'),
        ),
        migrations.AddField(
            model_name='posttenure',
            name='member',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tenures', to='members.member', verbose_name='党员'),
        ),
        migrations.AddField(
            model_name='posttenure',
            name='organization',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tenures', to='members.partyorganization', verbose_name='任职组织'),
        ),
        migrations.AddField(
            model_name='posttenureevent',
            name='member',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='members.member', verbose_name='党员'),
        ),
        migrations.AddField(
            model_name='posttenureevent',
            name='organization',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='members.partyorganization', verbose_name='任职组织'),
        ),
        migrations.AddField(
            model_name='posttenureevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='posttenureevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='members.posttenure'),
        ),
        migrations.AddField(
            model_name='rolegrant',
            name='granted_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='rolegrant',
            name='organization',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants', to='members.partyorganization', verbose_name='组织（含下级）'),
        ),
        migrations.AddField(
            model_name='rolegrant',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants', to=settings.AUTH_USER_MODEL, verbose_name='账号'),
        ),
        migrations.AddField(
            model_name='rolegrantevent',
            name='granted_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='rolegrantevent',
            name='organization',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='members.partyorganization', verbose_name='组织（含下级）'),
        ),
        migrations.AddField(
            model_name='rolegrantevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='rolegrantevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='members.rolegrant'),
        ),
        migrations.AddField(
            model_name='rolegrantevent',
            name='user',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='账号'),
        ),
        migrations.AddField(
            model_name='userevent',
            name='member',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='members.member', verbose_name='党员'),
        ),
        migrations.AddField(
            model_name='userevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='userevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to=settings.AUTH_USER_MODEL),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='user',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_userevent" ("date_joined", "display_name", "elder_view", "email", "id", "is_active", "is_superuser", "member_id", "password_changed_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "uid", "username") SELECT new_values."date_joined", new_values."display_name", new_values."elder_view", new_values."email", new_values."id", new_values."is_active", new_values."is_superuser", new_values."member_id", new_values."password_changed_at", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."uid", new_values."username" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='9f1a0a4d315e5db7455e992bc3251cb235c2ed96', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_ad80e', referencing='REFERENCING NEW TABLE AS new_values ', table='members_user', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='user',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_userevent" ("date_joined", "display_name", "elder_view", "email", "id", "is_active", "is_superuser", "member_id", "password_changed_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "uid", "username") SELECT new_values."date_joined", new_values."display_name", new_values."elder_view", new_values."email", new_values."id", new_values."is_active", new_values."is_superuser", new_values."member_id", new_values."password_changed_at", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."uid", new_values."username" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."date_joined" IS DISTINCT FROM (new_values."date_joined") OR old_values."display_name" IS DISTINCT FROM (new_values."display_name") OR old_values."elder_view" IS DISTINCT FROM (new_values."elder_view") OR old_values."email" IS DISTINCT FROM (new_values."email") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."is_active" IS DISTINCT FROM (new_values."is_active") OR old_values."is_superuser" IS DISTINCT FROM (new_values."is_superuser") OR old_values."member_id" IS DISTINCT FROM (new_values."member_id") OR old_values."password_changed_at" IS DISTINCT FROM (new_values."password_changed_at") OR old_values."uid" IS DISTINCT FROM (new_values."uid") OR old_values."username" IS DISTINCT FROM (new_values."username")) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='f2ff7e93824de38671a394f776e984ef7a2ecdc9', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_3d12e', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='members_user', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='user',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_userevent" ("date_joined", "display_name", "elder_view", "email", "id", "is_active", "is_superuser", "member_id", "password_changed_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "uid", "username") SELECT old_values."date_joined", old_values."display_name", old_values."elder_view", old_values."email", old_values."id", old_values."is_active", old_values."is_superuser", old_values."member_id", old_values."password_changed_at", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."uid", old_values."username" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='00c70675c596795eba6ad72796fe8abfd792fd39', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_d335d', referencing='REFERENCING OLD TABLE AS old_values ', table='members_user', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='organizationchange',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_organizationchangeevent" ("effective_on", "id", "kind", "name", "organization_id", "parent_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "uid") SELECT new_values."effective_on", new_values."id", new_values."kind", new_values."name", new_values."organization_id", new_values."parent_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."reason", new_values."uid" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='33430eb4638bb7c5b43c58367a3ab466a22804c7', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_4a20f', referencing='REFERENCING NEW TABLE AS new_values ', table='members_organizationchange', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='organizationchange',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_organizationchangeevent" ("effective_on", "id", "kind", "name", "organization_id", "parent_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "uid") SELECT new_values."effective_on", new_values."id", new_values."kind", new_values."name", new_values."organization_id", new_values."parent_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."reason", new_values."uid" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='611a80e9259bbf34ccaf67ba3d75ca9d239b4b3e', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_968c4', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='members_organizationchange', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='organizationchange',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_organizationchangeevent" ("effective_on", "id", "kind", "name", "organization_id", "parent_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "uid") SELECT old_values."effective_on", old_values."id", old_values."kind", old_values."name", old_values."organization_id", old_values."parent_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."reason", old_values."uid" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='67b357de48bc6317b0fe87a1fdee5252fb53c44d', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_0bae2', referencing='REFERENCING OLD TABLE AS old_values ', table='members_organizationchange', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='member',
            index=models.Index(fields=['branch', 'name_pinyin', 'id'], name='member_branch_pinyin'),
        ),
        migrations.AddIndex(
            model_name='member',
            index=models.Index(fields=['name_pinyin', 'id'], name='member_pinyin'),
        ),
        migrations.AddConstraint(
            model_name='member',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('category', 'full'), ('confirmed_on__isnull', False)), models.Q(('category', 'probationary'), ('confirmed_on__isnull', True)), _connector='OR'), name='member_full_iff_confirmed'),
        ),
        migrations.AddConstraint(
            model_name='member',
            constraint=models.CheckConstraint(condition=models.Q(('confirmed_on__isnull', True), ('confirmed_on__gte', models.F('admitted_on')), _connector='OR'), name='member_confirmed_after_admitted'),
        ),
        migrations.AddConstraint(
            model_name='member',
            constraint=models.CheckConstraint(condition=models.Q(('branch__isnull', False), models.Q(('standing__in', ['normal', 'suspended']), _negated=True), _connector='OR'), name='member_without_branch_has_left'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='member',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_memberevent" ("admitted_on", "birth_date", "birth_year", "branch_id", "category", "cell_id", "confirmed_on", "created_at", "education", "employer", "ethnicity", "floating_destination", "floating_since", "gender", "home_address", "id", "id_number", "id_number_index", "is_leading_official", "job_post", "landline", "lost_contact_on", "mobile", "mobile_index", "mobile_tail", "name", "name_initials", "name_pinyin", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "standing", "standing_correction", "uid", "version") SELECT new_values."admitted_on", new_values."birth_date", new_values."birth_year", new_values."branch_id", new_values."category", new_values."cell_id", new_values."confirmed_on", new_values."created_at", new_values."education", new_values."employer", new_values."ethnicity", new_values."floating_destination", new_values."floating_since", new_values."gender", new_values."home_address", new_values."id", new_values."id_number", new_values."id_number_index", new_values."is_leading_official", new_values."job_post", new_values."landline", new_values."lost_contact_on", new_values."mobile", new_values."mobile_index", new_values."mobile_tail", new_values."name", new_values."name_initials", new_values."name_pinyin", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."standing", new_values."standing_correction", new_values."uid", new_values."version" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='10f60f47feb06896be485bd50a21053a7895d8c4', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_2df50', referencing='REFERENCING NEW TABLE AS new_values ', table='members_member', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='member',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_memberevent" ("admitted_on", "birth_date", "birth_year", "branch_id", "category", "cell_id", "confirmed_on", "created_at", "education", "employer", "ethnicity", "floating_destination", "floating_since", "gender", "home_address", "id", "id_number", "id_number_index", "is_leading_official", "job_post", "landline", "lost_contact_on", "mobile", "mobile_index", "mobile_tail", "name", "name_initials", "name_pinyin", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "standing", "standing_correction", "uid", "version") SELECT new_values."admitted_on", new_values."birth_date", new_values."birth_year", new_values."branch_id", new_values."category", new_values."cell_id", new_values."confirmed_on", new_values."created_at", new_values."education", new_values."employer", new_values."ethnicity", new_values."floating_destination", new_values."floating_since", new_values."gender", new_values."home_address", new_values."id", new_values."id_number", new_values."id_number_index", new_values."is_leading_official", new_values."job_post", new_values."landline", new_values."lost_contact_on", new_values."mobile", new_values."mobile_index", new_values."mobile_tail", new_values."name", new_values."name_initials", new_values."name_pinyin", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."standing", new_values."standing_correction", new_values."uid", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='1bcad94e9dea9bbe1a3a5797c108b03b2fca962d', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_b1bc1', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='members_member', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='member',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_memberevent" ("admitted_on", "birth_date", "birth_year", "branch_id", "category", "cell_id", "confirmed_on", "created_at", "education", "employer", "ethnicity", "floating_destination", "floating_since", "gender", "home_address", "id", "id_number", "id_number_index", "is_leading_official", "job_post", "landline", "lost_contact_on", "mobile", "mobile_index", "mobile_tail", "name", "name_initials", "name_pinyin", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "standing", "standing_correction", "uid", "version") SELECT old_values."admitted_on", old_values."birth_date", old_values."birth_year", old_values."branch_id", old_values."category", old_values."cell_id", old_values."confirmed_on", old_values."created_at", old_values."education", old_values."employer", old_values."ethnicity", old_values."floating_destination", old_values."floating_since", old_values."gender", old_values."home_address", old_values."id", old_values."id_number", old_values."id_number_index", old_values."is_leading_official", old_values."job_post", old_values."landline", old_values."lost_contact_on", old_values."mobile", old_values."mobile_index", old_values."mobile_tail", old_values."name", old_values."name_initials", old_values."name_pinyin", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."standing", old_values."standing_correction", old_values."uid", old_values."version" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='92d71d595405c72a2e74e83df009a9564d4686eb', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_925fb', referencing='REFERENCING OLD TABLE AS old_values ', table='members_member', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='importbatch',
            index=models.Index(condition=models.Q(('state__in', ['pending', 'queued'])), fields=['created_at'], name='import_unfinished'),
        ),
        migrations.AddIndex(
            model_name='affiliation',
            index=models.Index(fields=['branch', 'member'], name='affiliation_branch_member'),
        ),
        migrations.AddConstraint(
            model_name='affiliation',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('member', '='), ('period', '&&')], name='affiliation_one_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='affiliation',
            constraint=models.CheckConstraint(condition=models.Q(('period__lower_inf', False)), name='affiliation_has_start'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='affiliation',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_affiliationevent" ("branch_id", "cell_id", "id", "member_id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "uid") SELECT new_values."branch_id", new_values."cell_id", new_values."id", new_values."member_id", new_values."period", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."reason", new_values."uid" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='26c6d1c7f3ff352bc9b6178796aeae76f40360ee', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_c4b1b', referencing='REFERENCING NEW TABLE AS new_values ', table='members_affiliation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='affiliation',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_affiliationevent" ("branch_id", "cell_id", "id", "member_id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "uid") SELECT new_values."branch_id", new_values."cell_id", new_values."id", new_values."member_id", new_values."period", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."reason", new_values."uid" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='2a96c9b37e61e70cc516eafec0e8fa90ceaa8701', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_bb9a8', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='members_affiliation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='affiliation',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_affiliationevent" ("branch_id", "cell_id", "id", "member_id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "uid") SELECT old_values."branch_id", old_values."cell_id", old_values."id", old_values."member_id", old_values."period", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."reason", old_values."uid" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='3c4e655608450ea58dd39546f87af35852d88ae5', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_e1c68', referencing='REFERENCING OLD TABLE AS old_values ', table='members_affiliation', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='posttenure',
            index=models.Index(fields=['organization', 'post'], name='tenure_organization_post'),
        ),
        migrations.AddConstraint(
            model_name='posttenure',
            constraint=models.CheckConstraint(condition=models.Q(('period__lower_inf', False)), name='tenure_has_start'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='posttenure',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_posttenureevent" ("id", "member_id", "organization_id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "post", "uid") SELECT new_values."id", new_values."member_id", new_values."organization_id", new_values."period", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."post", new_values."uid" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='f51025b25f2dfeb9d86dc0c153f86ed681570e47', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_ab48b', referencing='REFERENCING NEW TABLE AS new_values ', table='members_posttenure', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='posttenure',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_posttenureevent" ("id", "member_id", "organization_id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "post", "uid") SELECT new_values."id", new_values."member_id", new_values."organization_id", new_values."period", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."post", new_values."uid" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='be3803222e830e4cab631d73e2aa0ef91ca01193', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_96720', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='members_posttenure', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='posttenure',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_posttenureevent" ("id", "member_id", "organization_id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "post", "uid") SELECT old_values."id", old_values."member_id", old_values."organization_id", old_values."period", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."post", old_values."uid" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='dde67032105f267ecf7224165c4d82c9ec7ebfae', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_a58e0', referencing='REFERENCING OLD TABLE AS old_values ', table='members_posttenure', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='rolegrant',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='grant_dates_in_order'),
        ),
        migrations.AddConstraint(
            model_name='rolegrant',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['member', 'cell_leader', 'branch_officer', 'secretary', 'committee_staff', 'system_administrator'])), name='grant_role_known'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rolegrant',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_rolegrantevent" ("granted_by_id", "id", "organization_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "role", "uid", "user_id", "valid_from", "valid_to") SELECT new_values."granted_by_id", new_values."id", new_values."organization_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."reason", new_values."role", new_values."uid", new_values."user_id", new_values."valid_from", new_values."valid_to" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='706b3658accc756d5198fd668ffbe188b7aae38c', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_d06c9', referencing='REFERENCING NEW TABLE AS new_values ', table='members_rolegrant', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rolegrant',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_rolegrantevent" ("granted_by_id", "id", "organization_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "role", "uid", "user_id", "valid_from", "valid_to") SELECT new_values."granted_by_id", new_values."id", new_values."organization_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."reason", new_values."role", new_values."uid", new_values."user_id", new_values."valid_from", new_values."valid_to" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='8ded1a5eb4ebb6e34339f198cdb2392b395722aa', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_0d43b', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='members_rolegrant', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rolegrant',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "members_rolegrantevent" ("granted_by_id", "id", "organization_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "role", "uid", "user_id", "valid_from", "valid_to") SELECT old_values."granted_by_id", old_values."id", old_values."organization_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."reason", old_values."role", old_values."uid", old_values."user_id", old_values."valid_from", old_values."valid_to" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='f9158cdbc659e70e0f56b155700570648d77c959', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_7c79d', referencing='REFERENCING OLD TABLE AS old_values ', table='members_rolegrant', when='AFTER')),
        ),
    ]
