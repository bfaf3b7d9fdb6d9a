"""Both sides of what excludes what, said in Chinese: each with each, and one after another."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.assets.preflight.sides import false_alarms, missed, told, ways

SIDES = {
    "camera still or moving": (
        "镜头完全静止|不要任何运镜|镜头像钉在墙上一样|机位绝不移动|取景框一动不动",
        "镜头不停移动|快速甩镜|机位绕到身后|镜头缓缓推近|镜头一路跟随",
    ),
    "close or wide": (
        "只露出脸|画面只到下巴|脸几乎贴到镜头|面部撑满画框",
        "从头到脚都入镜|人物只占画面一小块|整个人都在画面里|能看到鞋子",
    ),
    "high or low": (
        "镜头从高处往下看|俯视顶拍|从头顶往下拍",
        "镜头贴着地面往上拍|仰角拍摄|镜头从地面向上拍",
    ),
    "steady or shaky": (
        "画面不能有任何抖动|镜头完全不晃|极稳的画面",
        "强烈的手持晃动|镜头晃来晃去|画面抖个不停",
    ),
    "gaze at the lens or elsewhere": (
        "目光始终锁定镜头|目光从不离开镜头|死死盯住镜头|与观众保持对视",
        "全程低头盯着桌上的讲义|视线一直停在远方|一直看着手机|看都不看镜头",
    ),
    "in place or walking": (
        "双脚钉在原地|一步也不走|寸步不离原位|站位不变",
        "来回踱步|在台上来回走|大步走向镜头|快步穿过房间",
    ),
    "hands still or busy": (
        "手不离口袋|双手搁在腿上不动|双手在画面外|零手势",
        "打着手势|双手摊开|频繁挥手|双手来回挥动",
    ),
    "body still or lively": (
        "除了嘴唇什么都不动|身体没有一丝动作|整个人静止",
        "身体大幅摇晃|手舞足蹈|又蹦又跳",
    ),
    "glad or grave": (
        "笑容满面|全程微笑|满脸喜悦",
        "满脸怒容|一丝笑容也没有|板着脸",
    ),
    "bright or dark": (
        "灯光全开|光线极亮|亮如白昼",
        "黑灯瞎火|伸手不见五指|室内没有一点光",
    ),
}
MOVES = ("主播走到窗前", "她缓步走过舞台", "讲师双手比划")


def _at_once(one: str, other: str) -> tuple[str, str]:
    return (f"主播{one}，{other}", f"讲师{other}，同时{one}")


def _in_turn(one: str, other: str) -> tuple[str, str]:
    return (f"先{one}，再{other}", f"{other}，随后{one}")


@pytest.mark.parametrize("name", SIDES)
def test_every_way_to_say_one_side_excludes_every_way_to_say_the_other(name: str) -> None:
    assert missed(SIDES, name, _at_once) == []


@pytest.mark.parametrize("name", SIDES)
def test_one_side_after_the_other_is_a_change(name: str) -> None:
    assert false_alarms(SIDES, name, _in_turn) == []


@pytest.mark.parametrize("name", SIDES)
def test_one_side_said_twice_excludes_nothing(name: str) -> None:
    found = [
        prompt
        for side in ways(SIDES, name)
        for one, other in pairwise(side)
        if told(prompt := f"{one}，{other}")
    ]
    assert found == []


@pytest.mark.parametrize("still", ways(SIDES, "camera still or moving")[0])
def test_a_person_may_move_before_a_camera_that_does_not(still: str) -> None:
    assert not any(told(f"{still}，{moves}") for moves in MOVES)
