from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from members.rules import phone
from members.rules.phone import PhoneError, normalise_landline, normalise_mobile


@pytest.mark.parametrize(
    "value",
    [
        "13812345678",
        "+86 138-1234-5678",
        "+8613812345678",
        "0086 138 1234 5678",
        "86-13812345678",
        "138 1234 5678",
        "１３８１２３４５６７８",
        "138‑1234–5678",
        "(+86)13812345678",
        13812345678,
        13812345678.0,
        "13812345678\u200b",
    ],
)
def test_mobile_is_taken(value):
    assert normalise_mobile(value) == "13812345678"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("", "没有填写手机号码"),
        (None, "没有填写手机号码"),
        ("0571-87654321", "像是固定电话，请填在固定电话一栏"),
        ("+852 9123 4567", "是港澳台号码，手机号码一栏请填 11 位内地号码，其他号码填在固定电话一栏"),
        ("00853 6612 3456", "是港澳台号码，手机号码一栏请填 11 位内地号码，其他号码填在固定电话一栏"),
        ("1381234567", "应为 11 位数字，现在是 10 位"),
        ("12812345678", "不是有效的手机号段，请核对"),
        ("1381234567八", "含有数字以外的字符，手机号码应为 11 位数字"),
        (13812345678.5, "应为 11 位数字，现在是 12 位"),
    ],
)
def test_mobile_is_refused(value, message):
    with pytest.raises(PhoneError) as error:
        normalise_mobile(value)
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0571-87654321", "0571-87654321"),
        ("(0571) 87654321", "0571-87654321"),
        ("057187654321", "0571-87654321"),
        ("01087654321", "010-87654321"),
        ("+86 571 87654321", None),
        ("86-0571-8765432", "0571-8765432"),
        ("0571-87654321转801", "0571-87654321-801"),
        ("0571-87654321 ext. 801", "0571-87654321-801"),
        ("０５７１－８７６５４３２１", "0571-87654321"),
        ("87654321", None),
        ("", None),
        ("13812345678", None),
    ],
)
def test_landline(value, expected):
    if expected is None:
        with pytest.raises(PhoneError) as error:
            normalise_landline(value)
        assert str(error.value) == "请写区号和号码，例如 0571-87654321"
    else:
        assert normalise_landline(value) == expected


@pytest.mark.parametrize(
    ("mask", "plain", "expected"),
    [
        (phone.mask_mobile, "13812345678", "138****5678"),
        (phone.mask_mobile, "12345", "***45"),
        (phone.mask_mobile, "", ""),
        (phone.mask_landline, "0571-87654321", "0571-******21"),
        (phone.mask_landline, "87654321", "******21"),
        (phone.mask_id_number, "11010519491231002X", "110***********002X"),
        (phone.mask_id_number, "1101", "****"),
        (phone.mask_name, "张三", "张*"),
        (phone.mask_name, "欧阳锋", "欧**"),
        (phone.mask_name, "买买提·艾力", "买***"),
        (phone.mask_name, "张", "*"),
        (phone.mask_name, "", ""),
        (phone.mask_address, "浙江省杭州市西湖区文三路1号", "浙江省杭州市***"),
        (phone.mask_address, "文三路1号", "***"),
        (phone.mask_address, "", ""),
    ],
)
def test_masks(mask, plain, expected):
    assert mask(plain) == expected


@given(st.text(max_size=40) | st.floats() | st.integers())
def test_anything_is_answered(value):
    with suppress(PhoneError):
        assert len(normalise_mobile(value)) == 11
    with suppress(PhoneError):
        assert normalise_landline(value).startswith("0")
