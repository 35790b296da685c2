"""What may be wrong with a question. Every one names what would have been possible."""

from hongqiao.errors import N_, Invalid

#: The next step where no name comes near what was written.
LOOK_UP = N_("没有相近的；请在指标口径里查找名称或代码")


class UnknownMetric(Invalid):
    """No metric has this code."""

    code = "unknown_metric"
    message = N_("没有这个指标：%(metric)s")
    next_step = N_("请在指标口径里查找；相近的有：%(near)s")


class UnknownDimension(Invalid):
    """No dimension has this code."""

    code = "unknown_dimension"
    message = N_("没有这个维度：%(dimension)s")
    next_step = N_("可用的维度：%(possible)s")


class NotCuttable(Invalid):
    """The statements of this metric do not carry this dimension."""

    code = "not_cuttable"
    message = N_("指标 %(metric)s 不能按 %(dimension)s 拆解")
    next_step = N_("这个指标可用的维度：%(possible)s")


class BadPeriod(Invalid):
    """The last day is before the first, or a comparison lacks its days."""

    code = "bad_period"
    message = N_("起止日期有误：%(start)s 至 %(end)s")
    next_step = N_("请让结束日期不早于开始日期；要对比时两个日期都要填")


class BadOption(Invalid):
    """An option has a value that does not exist."""

    code = "bad_option"
    message = N_("参数 %(option)s 的取值有误：%(value)s")
    next_step = N_("可用的取值：%(possible)s")
