"""What can go wrong with journeys."""

from hongqiao.errors import N_, Conflict, Invalid


class BadJourney(Invalid):
    code = "bad_journey"
    message = N_("%(what)s 没有填对")
    next_step = N_("请按提示修改后再保存")


class BadStep(Invalid):
    code = "bad_step"
    message = N_("第 %(n)s 步没有填对：%(what)s")
    next_step = N_("请改好这一步再保存")


class StepsFixed(Conflict):
    code = "steps_fixed"
    message = N_("启用中的自动触达不能改流程")
    next_step = N_("请先暂停，改好后再启用")


class NotStartable(Invalid):
    code = "journey_not_ready"
    message = N_("还不能启用：第 %(n)s 步，%(why)s")
    next_step = N_("请改好这一步，再看一次预览")


class WrongJourneyState(Conflict):
    code = "wrong_journey_state"
    message = N_("现在的状态不能这样操作")
    next_step = N_("请刷新后再试")


class WrongTurn(Conflict):
    code = "wrong_participation_state"
    message = N_("这份申请不在这一步")
    next_step = N_("请刷新后再试")
