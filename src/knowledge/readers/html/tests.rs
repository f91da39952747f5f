//! Pages as shops publish them.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::knowledge::parsed::{Block, Table};
use crate::knowledge::readers::Limits;

fn page(html: &str) -> Content {
    read(html, &Meter::new(Limits::default())).unwrap()
}

fn heading(level: u8, text: &str) -> Block {
    Block::Heading { level, text: text.into() }
}

fn paragraph(text: &str) -> Block {
    Block::Paragraph(text.into())
}

fn table(header: &[&str], rows: &[&[&str]]) -> Block {
    let cells = |row: &[&str]| row.iter().map(|c| (*c).to_owned()).collect();
    Block::Table(Table {
        caption: None,
        header: cells(header),
        rows: rows.iter().map(|r| cells(r)).collect(),
    })
}

#[test]
fn furniture_is_dropped_and_content_kept() {
    let content = page(
        r#"<!doctype html><html><head><title>退换货 - 麦里生活</title><style>p{}</style><script>let x;</script></head><body>
        <div class="top-bar cookieNotice">我们使用 Cookie</div>
        <header><a href="/">首页</a><nav><ul><li><a>商品</a><li><a>活动</a></ul></nav></header>
        <div class="has-sidebar page"><div class="crumbs"><a>首页</a> &gt; <a>帮助</a></div>
        <h1>退换货</h1><p>收到商品后七天内可以申请退货，商品须保持完好。</p>
        <div hidden></div><div style="display: none">看不见</div>
        <div><a>关于我们</a> <a>联系我们</a> <a>加入我们</a></div>
        </div><aside>热卖商品</aside><footer>© 2024 麦里生活</footer></body></html>"#,
    );
    assert_eq!(content.title.as_deref(), Some("退换货"));
    assert_eq!(
        content.blocks,
        [heading(1, "退换货"), paragraph("收到商品后七天内可以申请退货，商品须保持完好。")]
    );
}

#[test]
fn the_main_element_is_preferred() {
    let content = page(
        "<body><p>看这里的广告吧</p><main><header><h1>保修</h1></header><p>保修两年，凭发票。</p></main></body>",
    );
    assert_eq!(content.blocks, [heading(1, "保修"), paragraph("保修两年，凭发票。")]);
}

#[test]
fn nested_lists_keep_their_levels_and_numbers() {
    let content = page("<ol start=3><li>打开<li><p>检查</p><ul><li>外壳</li><li>电源</li></ul></li></ol>");
    assert_eq!(
        content.blocks,
        [Block::List(vec!["3. 打开".into(), "4. 检查".into(), "  外壳".into(), "  电源".into()])]
    );
}

#[test]
fn cells_over_rows_and_columns_are_repeated() {
    let content = page(
        "<table><thead><tr><th rowspan=2>地区<th colspan=2>运费<tr><th>首重<th>续重</thead>
         <tbody><tr><td rowspan=2>华东<td>8<td>2<tr><td>9<td>3</table>",
    );
    assert_eq!(
        content.blocks,
        [table(&["地区", "运费 首重", "运费 续重"], &[&["华东", "8", "2"], &["华东", "9", "3"]])]
    );
}

#[test]
fn header_cells_in_the_first_column_name_the_rows() {
    let content =
        page("<table><tr><th>材质</th><td>不锈钢</td></tr><tr><th>容量</th><td>500 毫升</td></tr></table>");
    assert_eq!(content.blocks, [table(&["", ""], &[&["材质", "不锈钢"], &["容量", "500 毫升"]])]);
}

#[test]
fn a_table_for_layout_is_read_as_what_it_holds() {
    let content = page(
        "<table><tr><td><h2>门店</h2><p>上海市静安区。</p></td><td><table><tr><td>电话<td>021-1</table></td></tr></table>",
    );
    assert_eq!(content.blocks[..2], [heading(2, "门店"), paragraph("上海市静安区。")]);
}

#[test]
fn questions_in_details_and_definition_lists_are_faq_pairs() {
    let content = page(
        "<details><summary>怎么退货？</summary><p>在订单页申请。</p></details><dl><dt>几点开门？<dd>九点。<dt>地址<dd>上海市</dl>",
    );
    let faq =
        |q: &str, a: &str| Block::Faq { question: q.into(), similar: vec![], answer: a.into(), tags: vec![] };
    assert_eq!(
        content.blocks,
        [faq("怎么退货？", "在订单页申请。"), faq("几点开门？", "九点。"), paragraph("地址: 上海市")]
    );
}

#[test]
fn line_ends_in_the_source_mean_nothing_and_br_does() {
    assert_eq!(page("<p>Main\n   Street 1<br>Shanghai</p>").blocks, [paragraph("Main Street 1\nShanghai")]);
}

#[test]
fn deep_nesting_neither_overflows_nor_loses_text() {
    let deep = format!("{}深处的文字{}", "<div><b>".repeat(1_000), "</b></div>".repeat(1_000));
    let blocks = page(&deep).blocks;
    assert!(matches!(&blocks[..], [Block::Paragraph(text)] if text == "深处的文字"), "{blocks:?}");

    let limits = Limits { time: std::time::Duration::from_secs(60), ..Limits::default() };
    let bottomless = "<div>".repeat(100_000);
    let outcome = crate::knowledge::readers::read("deep.html", bottomless.as_bytes(), &limits);
    assert!(outcome.unwrap_err().to_string().contains("nested deeper"));
}

#[test]
fn a_few_kilobytes_that_grow_without_end_are_stopped() {
    let fonts: String = (0..2_000).map(|i| format!("<font size={i}>")).collect();
    let bomb = format!("<p>{fonts}{}", "<p>x".repeat(5_000));
    let limits = Limits { time: std::time::Duration::from_secs(600), ..Limits::default() };
    let outcome = crate::knowledge::readers::read("bomb.html", bomb.as_bytes(), &limits);
    assert_eq!(
        outcome.err().map(|e| e.to_string()).as_deref(),
        Some("bomb.html: it holds more than 400000 HTML elements; split the file")
    );
}

#[test]
fn the_declared_encoding_is_found() {
    for head in [
        "<meta charset=gb2312>",
        "<META http-equiv=Content-Type content=\"text/html; charset=GB2312\">",
        "<?xml version=\"1.0\" encoding=\"gb2312\"?>",
    ] {
        assert_eq!(declared_encoding(head.as_bytes()).as_deref(), Some("gb2312"));
    }
    assert_eq!(declared_encoding(b"<p>encoding=x"), None);
}
