// How the page looks. Plain rules without variables: mail clients know no more.
#pragma once

#include <string_view>

namespace mtc::digest {

inline constexpr std::string_view kStyle = R"css(
*{box-sizing:border-box}
body{margin:0;padding:24px 12px 48px;background:#f3f5f9;color:#1c2333;font:15px/1.65 -apple-system,BlinkMacSystemFont,"Segoe UI","PingFang SC","Noto Sans CJK SC","Noto Sans SC","Microsoft YaHei",sans-serif;-webkit-text-size-adjust:100%}
.page{max-width:760px;margin:0 auto}
.head{padding:8px 8px 20px}
.kind{font-size:13px;letter-spacing:.08em;color:#5b6b8c;margin:0}
h1{font-size:26px;line-height:1.3;margin:2px 0 4px;overflow-wrap:anywhere}
.period{color:#5b6b8c;font-size:14px;margin:0;font-variant-numeric:tabular-nums}
.card{background:#fff;border:1px solid #e3e8f0;border-radius:14px;padding:20px 22px;margin:0 0 14px}
.lead{font-size:18px;line-height:1.75;border-left:4px solid #2f6fed}
.lead p{margin:0}
.lead.bad{border-left-color:#d9363e}
.lead.good{border-left-color:#1f9d61}
h2{font-size:15px;margin:0 0 12px;font-weight:600}
.tiles{width:100%;border-collapse:separate;border-spacing:0;margin:0 0 14px;table-layout:fixed}
.tiles td{background:#fff;border:1px solid #e3e8f0;border-left-width:0;padding:14px 8px 14px 18px;vertical-align:top}
.tiles td:first-child{border-left-width:1px;border-radius:14px 0 0 14px}
.tiles td:last-child{border-radius:0 14px 14px 0}
.tiles .label{font-size:13px;color:#5b6b8c;display:block}
.tiles .number{font-size:23px;font-weight:650;line-height:1.35;font-variant-numeric:tabular-nums;display:block;letter-spacing:-.01em}
.tiles .note{font-size:12px;color:#5b6b8c;display:block;line-height:1.5}
.red{color:#c8262f}.amber{color:#a86400}.green{color:#15814d}
.chart{display:block;width:100%;height:auto}
.bar{fill:#9db7ee}.bar.hot{fill:#d9363e}.grid{stroke:#e3e8f0;stroke-width:1}.axis{fill:#5b6b8c;font-size:11px}
ul{margin:0;padding:0;list-style:none}
.ask{background:#fff8ea;border-color:#f1dcae}
.ask li{padding:5px 0 5px 20px;position:relative;overflow-wrap:anywhere}
.ask li:before{content:"";position:absolute;left:2px;top:14px;width:8px;height:8px;border-radius:4px;background:#e09b1a}
.item{padding:13px 0;border-top:1px solid #edf0f5}
.item:first-of-type{border-top:0;padding-top:2px}
.item:last-child{padding-bottom:0}
.line{margin:0;overflow-wrap:anywhere}
.count{font-weight:650;font-variant-numeric:tabular-nums;margin-right:6px}
.service{display:inline-block;background:#e9effc;color:#24509f;border-radius:6px;padding:0 8px;font-size:13px;line-height:1.7;margin-right:6px;overflow-wrap:anywhere}
.when{color:#5b6b8c;font-size:13px;font-variant-numeric:tabular-nums;white-space:nowrap}
code,.code{font:13px/1.6 ui-monospace,SFMono-Regular,Menlo,Consolas,"Noto Sans Mono CJK SC",monospace;overflow-wrap:anywhere;unicode-bidi:isolate;direction:ltr}
.text{display:block;margin:5px 0 0}
.var{background:#eef1f6;color:#5b6b8c;border-radius:4px;padding:0 4px}
.example{display:block;color:#5b6b8c;font-size:12px;margin:3px 0 0;max-height:4.8em;overflow:hidden}
.meter{height:4px;border-radius:2px;background:#f7dfe0;margin:9px 0 0;overflow:hidden}
.meter span{display:block;height:4px;border-radius:2px;background:#d9363e}
.meter.calm{background:#e4eaf6}.meter.calm span{background:#9db7ee}
.figures{width:100%;border-collapse:collapse;font-variant-numeric:tabular-nums}
.figures th{font-size:13px;font-weight:400;color:#5b6b8c;text-align:right;padding:0 0 6px 10px}
.figures td{text-align:right;padding:7px 0 7px 10px;border-top:1px solid #edf0f5}
.figures th:first-child,.figures td:first-child{text-align:left;padding-left:0;overflow-wrap:anywhere}
.words span{display:inline-block;background:#eef1f6;border-radius:14px;padding:2px 12px;margin:0 6px 8px 0;font-size:14px}
.words b{font-weight:400;color:#5b6b8c;font-size:12px;margin-left:4px}
.foot{color:#5b6b8c;font-size:13px;padding:6px 8px;overflow-wrap:anywhere}
.foot p{margin:0 0 4px}
@media (max-width:560px){body{padding:14px 8px 32px}.card{padding:16px}.lead{font-size:17px}h1{font-size:22px}
.tiles td{padding:11px 4px 11px 11px}.tiles .number{font-size:17px}.tiles .note{font-size:11px}.when{white-space:normal}.axis{font-size:18px}}
@media (prefers-color-scheme:dark){body{background:#11151d;color:#e4e8f1}
.card,.tiles td{background:#1a202b;border-color:#2a3242}.kind,.period,.tiles .label,.tiles .note,.when,.example,.foot,.figures th,.words b{color:#93a1bb}
.item,.figures td{border-top-color:#2a3242}.service{background:#22335a;color:#a9c4ff}.var{background:#2a3242;color:#93a1bb}
.ask{background:#2b2413;border-color:#54431b}.words span{background:#2a3242}.grid{stroke:#2a3242}.axis{fill:#93a1bb}.bar{fill:#4a68a8}
.red,.bar.hot{color:#ff7b81;fill:#f0555d}.amber{color:#f0b34b}.green{color:#4fce93}.meter{background:#3b2327}.meter.calm{background:#2a3242}.meter.calm span{background:#4a68a8}}
@media print{body{background:#fff;padding:0}.card,.tiles td{break-inside:avoid}}
)css";

}  // namespace mtc::digest
