use std::io::Write;
use zhike::encoder::*;
fn main(){
 let enc=Encoder::builtin(EncoderOptions::default()).unwrap();
 for f in std::env::args().skip(1){
  let t=std::fs::read_to_string(&f).unwrap();
  let texts:Vec<String>=t.lines().map(|l|serde_json::from_str::<serde_json::Value>(l).unwrap()["text"].as_str().unwrap().to_owned()).collect();
  let s=std::time::Instant::now();
  let stem=std::path::Path::new(&f).file_stem().unwrap().to_str().unwrap().to_owned();
  let mut o=std::io::BufWriter::new(std::fs::File::create(format!("/tmp/emb/{stem}.vec")).unwrap());
  let mut ot=std::io::BufWriter::new(std::fs::File::create(format!("/tmp/emb/{stem}.tok")).unwrap());
  let mut of=std::io::BufWriter::new(std::fs::File::create(format!("/tmp/emb/{stem}.off")).unwrap());
  for c in texts.chunks(32){
   for e in enc.encode_blocking(c,Prefix::Query,Priority::Bulk,true).unwrap(){
    for v in e.vector.iter(){o.write_all(&v.to_le_bytes()).unwrap();}
    let k=e.tokens.unwrap(); for v in &k.states{ot.write_all(&v.to_le_bytes()).unwrap();}
    writeln!(of,"{}",serde_json::to_string(&k.offsets).unwrap()).unwrap();
   }}
  println!("{f} {} {:?}",texts.len(),s.elapsed());
 }}
