"""What a file may be refused for."""

from hongqiao.errors import N_, Conflict, Invalid


class EmptyAsset(Invalid):
    code = "asset_empty"
    message = N_("这个文件是空的")
    next_step = N_("请重新导出后再上传")


class AssetTooLarge(Invalid):
    code = "asset_too_large"
    message = N_("文件超过 %(most)s MB")
    next_step = N_("请压缩后再上传，或请管理员调整上限")


class WrongType(Invalid):
    code = "asset_type"
    message = N_("素材库不收这种文件")
    next_step = N_("可以上传 JPG、PNG、WebP、GIF、MP4、MOV、MP3、M4A、WAV、PDF")


class NoVectors(Invalid):
    code = "asset_svg"
    message = N_("不收 SVG：里面可以藏脚本")
    next_step = N_("请导出为 PNG 再上传")


class HalfFile(Invalid):
    code = "asset_half"
    message = N_("文件不完整或已损坏，读不到结尾")
    next_step = N_("请重新导出或重新下载后再上传")


class TooManyPixels(Invalid):
    code = "asset_pixels"
    message = N_("图片有 %(pixels)s 像素，超过上限 %(most)s")
    next_step = N_("请缩小后再上传")


class InUse(Conflict):
    code = "asset_in_use"
    message = N_("已排期的内容正在用这个素材：%(names)s")
    next_step = N_("请先在内容里换掉它，再删除")


class LabelStays(Invalid):
    code = "asset_label_stays"
    message = N_("文件里写着由 AI 生成，不能改成“未使用 AI”")
    next_step = N_("AI 标识不得删除或隐匿；请选“AI 生成”或“AI 辅助”")


class BadLicence(Invalid):
    code = "asset_licence"
    message = N_("授权信息有误")
    next_step = N_("请从列表里选授权方式，日期写成 2026-12-31 的样子")


class BadTags(Invalid):
    code = "asset_tags"
    message = N_("标签最多 %(most)s 个，每个不超过 %(letters)s 字")
    next_step = N_("请删去几个或改短")
