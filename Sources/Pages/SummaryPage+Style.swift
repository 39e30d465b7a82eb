/// How the page looks: one accent colour, tabular figures, hairlines instead of boxes.
extension SummaryPage {
  /// Textures for what colour alone must not say; referred to by every drawing.
  static let patterns: HTML = """
    <svg width="0" height="0" aria-hidden="true" class="defs"><defs>
    <pattern id="skipped" width="6" height="6" patternUnits="userSpaceOnUse" \
    patternTransform="rotate(45)"><rect width="6" height="6" fill="#fff"/>\
    <rect width="2.2" height="6" fill="#14505c"/></pattern>
    <pattern id="open" width="4" height="4" patternUnits="userSpaceOnUse">\
    <rect width="4" height="4" fill="#fff"/><circle cx="2" cy="2" r="1" fill="#14505c"/></pattern>
    </defs></svg>

    """

  static let style: HTML = """
    :root{--ink:#1c1d1b;--quiet:#5a5b55;--line:#dcdbd4;--accent:#14505c;--tint:#cfe0e2;--lost:#85867f}
    *{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%}
    body{margin:0;background:#fff;color:var(--ink);font:16px/1.5 "Avenir Next","Segoe UI",\
    "Helvetica Neue",Helvetica,Arial,"Liberation Sans",sans-serif;\
    font-variant-numeric:tabular-nums lining-nums}
    main{max-width:66rem;margin:0 auto;padding:2.5rem 1rem 4rem}
    h1,.subject{font-size:.8125rem;font-weight:600;color:var(--accent);margin:0;\
    letter-spacing:.02em}
    .sentence,h2{font-family:Charter,"Bitstream Charter","Iowan Old Style",Georgia,\
    "Noto Serif","Liberation Serif",serif;font-weight:400;text-wrap:pretty}
    .sentence{font-size:clamp(1.375rem,1.1rem + 1.6vw,2.125rem);line-height:1.28;\
    margin:.75rem 0 1rem;max-width:32em}
    h2{font-size:clamp(1.1875rem,1.1rem + .5vw,1.4375rem);line-height:1.3;margin:.25rem 0 .5rem;\
    max-width:38em}
    a{color:var(--accent)}
    .how{color:var(--quiet);font-size:.875rem;margin:0 0 1.25rem;max-width:46rem}
    section{border-top:1px solid var(--ink);margin-top:3rem;padding-top:.75rem}
    .alarm{margin:.25rem 0;max-width:46rem}
    h3{font-size:.9375rem;font-weight:600;margin:1.75rem 0 .25rem}
    .tiles{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:1.5rem 1.25rem;\
    margin:2.25rem 0 0;padding:0;list-style:none}
    .tiles li{border-top:1px solid var(--ink);padding-top:.5rem;font-size:.875rem}
    .tiles b{display:block;font-weight:600;color:var(--accent)}
    .tiles strong{display:block;font-size:clamp(1.5rem,1.1rem + 2vw,2.25rem);line-height:1.2;\
    font-weight:400;letter-spacing:-.01em;margin:.125rem 0 .375rem}
    .tiles strong.none{font-size:1.25rem;line-height:1.8;letter-spacing:0}
    .tiles span{display:block}
    .tiles .t{color:var(--quiet);margin-top:.25rem}
    .figure{display:grid;grid-template-columns:minmax(0,1fr);gap:1.5rem 3rem;align-items:start}
    figure{margin:0;min-width:0}
    svg{display:block;overflow:visible}
    .defs{position:absolute}
    svg text{font-size:13px;fill:var(--ink)}
    svg text.quiet{fill:var(--quiet);font-size:12px}
    svg text.over{paint-order:stroke;stroke:#fff;stroke-width:4px;stroke-linejoin:round}
    svg text.strong{font-weight:600}
    line.hair{stroke:var(--line)}line.axis{stroke:var(--ink)}
    line.case{stroke:#fff;stroke-width:5}line.range{stroke:var(--ink);stroke-width:1.5}
    path.curve{fill:none;stroke:var(--accent);stroke-width:2}
    path.curve.second{stroke:var(--ink);stroke-dasharray:7 4}
    line.band{stroke:#9dbcc1;stroke-width:8}
    line.median{stroke:var(--ink);stroke-width:3}
    .legend{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin:.75rem 0 0;padding:0;\
    list-style:none;font-size:.8125rem;color:var(--quiet)}
    .legend li{display:flex;gap:.5rem;align-items:center}
    .legend svg{flex:none}
    table{border-collapse:collapse;width:100%;font-size:.8125rem;line-height:1.35}
    caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);\
    white-space:nowrap}
    th,td{text-align:left;vertical-align:baseline;padding:.375rem .75rem .375rem 0;font-weight:400;\
    overflow-wrap:break-word}bdi{overflow-wrap:anywhere}.id{white-space:nowrap}
    th:last-child,td:last-child{padding-right:0}
    thead th{color:var(--quiet);font-size:.75rem;vertical-align:bottom;\
    border-bottom:1px solid var(--ink);overflow-wrap:normal}
    tbody tr{border-bottom:1px solid var(--line)}
    .n{text-align:right;white-space:nowrap}.figure td:last-child small{white-space:normal}
    thead .n{white-space:normal}
    small{display:block;font-size:.75rem;color:var(--quiet)}
    td svg{min-width:4rem}
    .pair{display:grid;grid-template-columns:minmax(0,1fr);gap:0 3rem}.pair h3{margin-top:.5rem}
    .after{margin:1rem 0 0}
    details{margin-top:.75rem}
    summary{cursor:pointer;color:var(--accent);font-size:.875rem}
    dl{font-size:.8125rem;margin:.25rem 0 0;columns:1;column-gap:3rem}
    dl div{break-inside:avoid;padding:.25rem 0}
    dt{font-weight:600}
    dd{margin:0;color:var(--quiet)}
    .paper{display:none}
    @media (min-width:48rem){main{padding:3.5rem 2rem 5rem}\
    .tiles{grid-template-columns:repeat(4,minmax(0,1fr))}dl{columns:2}\
    .pair{grid-template-columns:1fr 1fr}}
    @media (min-width:60rem){.figure{grid-template-columns:minmax(0,1fr) minmax(0,1fr)}dl{columns:3}}
    @media (max-width:30rem){th,td{padding-right:.5rem}table{font-size:.75rem}\
    .n{white-space:normal}.n small{max-width:6.5em;margin-left:auto}.wide{display:none}}
    @page{size:A4;margin:15mm 16mm}
    @media print{body{font-size:10pt}main{padding:0;max-width:none}section{margin-top:1.25rem}\
    .tiles{grid-template-columns:repeat(4,minmax(0,1fr));margin-top:1rem}.tiles strong{font-size:1.375rem}\
    .tiles li{font-size:9pt}.sentence{font-size:1.25rem;margin:.25rem 0 .5rem}.how{font-size:9pt;margin-bottom:.75rem}\
    .pair{grid-template-columns:minmax(0,1fr) minmax(0,1fr)}\
    .figure{grid-template-columns:minmax(0,2fr) minmax(0,3fr)}.figure,.pair{gap:1rem 1.25rem}\
    .figure table{font-size:8pt}.figure small{font-size:7pt}td:last-child small{white-space:normal}\
    th,td{padding-right:.5rem}.figure,tr,.tiles,dl div,.head{break-inside:avoid}.head,h3,h3+.how{\
    break-after:avoid}dl{columns:2}details{display:none}.paper{display:block}\
    *{-webkit-print-color-adjust:exact;print-color-adjust:exact}}

    """
}
