from django.db import models


class Branch(models.Model):
    code = models.CharField(max_length=40, unique=True)


class Member(models.Model):
    """The columns of the roster's file, the person's number unsealed."""

    name = models.CharField(max_length=60)
    id_number = models.CharField(max_length=18, unique=True)
    category = models.CharField(max_length=20)
    admitted_on = models.DateField()
    confirmed_on = models.DateField(null=True)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT)
    education = models.CharField(max_length=40)
    ethnicity = models.CharField(max_length=40)
    mobile = models.CharField(max_length=20)
    employer = models.CharField(max_length=120)
    native_place = models.CharField(max_length=60)
    home_address = models.CharField(max_length=200)
