"""The words of the codes this floor gives. Codes are stored, words are rendered by screens (gettext msgids)."""

from hongqiao.errors import N_

PROBLEMS: dict[str, str] = {
    "not_a_number": N_("不是数字"),
    "not_whole": N_("应为整数"),
    "not_a_date": N_("不是日期或时间"),
    "date_out_of_range": N_("日期不合理（过早，或晚于数据截止时间）"),
    "rate_out_of_range": N_("比例应在 0% 到 100% 之间"),
    "id_lost_digits": N_("编号过长，表格软件已丢失末尾数字；请用原始文件，或把该列设为文本后重新导出"),
    "missing_value": N_("必填的单元格为空"),
    "year_from_capture": N_("日期没有年份，按数据截止的年份补上"),
    "ragged_row": N_("这一行的列数与表头不一致"),
}

NOTES: dict[str, str] = {
    "not_recognised": N_("没有识别出这张表，可以用「字段对应」告诉系统每列是什么"),
    "several_fit": N_("有几种版式都符合，请选择一种"),
    "words_shared": N_("这些列名别的投放系统（如百度推广）也用：请确认是不是这个平台的报表"),
    "header_only": N_("只有表头，没有数据"),
    "empty_sheet": N_("空表"),
    "missing_columns": N_("缺少必需的列，整张表不收"),
    "period_summary": N_("这是整个时段的合计，不是逐日数据：已识别，不入库"),
    "period_by_channel": N_("这里的阅读人数是下载时段内分渠道的合计：只取标题和发表日期，数值不入库"),
    "hours_covered": N_("小时数据已包含在按天数据里：已识别，不入库"),
    "audience_not_stored": N_("性别、年龄、地域分布已识别，暂不入库"),
    "title_from_file_name": N_("表内没有标题，标题取自文件名"),
    "published_from_trend": N_("表内没有发表日期，暂取趋势的第一天"),
    "paid_is_gross": N_("只有一个金额列：实付按该金额记"),
    "key_from_values": N_("没有编号列：用整行内容生成编号，重复导入不会重复计"),
    "several_per_order": N_("同一主订单的多行已合并为一单，并保留明细"),
    "personal_dropped": N_("含个人信息的列不保存"),
    "totals_skipped": N_("合计行已跳过"),
    "rate_unclear": N_("比例列没有标明是否为百分数，又有大于 1 的值：这一列不收，请改用带 % 的导出"),
    "bad_character": N_("文件里有无法识别的字符，已显示为 �"),
    "unconfirmed": N_("表头按公开资料推断，未见真实文件，请核对"),
    "period_unknown": N_("报表期未知：不按天计，记为下载时的累计"),
    "refund_day_unknown": N_("文件没有退款时间：退款记在首次导入该单退款的文件的下载日，之后同一单再退的金额不再计入"),
    "phone_hashed": N_("买家手机号只保存加密后的指纹，用来认出同一个买家"),
    "lines_only": N_("这是商品明细：订单数和订单金额以订单报表为准"),
    "shipping_not_stored": N_("发货信息已识别，不入库"),
    "by_position": N_("列名与已知的不同：按列的位置对应，请逐列核对"),
    "line_by_product": N_("没有子订单号：一单内同一商品、同一规格记为一行"),
    "session_by_start": N_("没有场次编号：用开播时间和标题认场次，改了标题会算成另一场"),
    "indicator_by_header": N_("没有指标名列：对应到「数值」的每一列各是一个指标，以列名为指标名"),
}

REASONS: dict[str, str] = {
    "last_day": N_("表内最后一天的次日零点"),
    "name_stamp": N_("文件名里的下载时间"),
    "name_period": N_("文件名里的时段，其最后一天的次日零点"),
    "name_date": N_("文件名里的日期"),
}


def words(code: str) -> str:
    """Return the msgid of a problem, note or reason code; the code itself if it has none."""
    return PROBLEMS.get(code) or NOTES.get(code) or REASONS.get(code) or code
