#!/usr/bin/env bash
# Searches for files that break a reader: `tools/fuzz-readers.sh [SECONDS] [READER…]` (120 seconds for each of all of them).
#
# Needs cargo-fuzz (`cargo install --locked cargo-fuzz`) and a C++ compiler. Coverage leads the search, without a sanitizer:
# readers have no unsafe code; what they could do is panic, hang or fill the memory. It begins with the documents of the
# tests and of the sample shop; what it finds of interest stays in fuzz/corpus/, what breaks a reader in fuzz/artifacts/.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-120}
readers=("${@:2}")
[ ${#readers[@]} -gt 0 ] || readers=(csv docx html json markdown pdf plain xlsx)
documents=tests/fixtures/documents

declare -A ending=([markdown]=md [plain]=txt)
for reader in "${readers[@]}"; do
  corpus=fuzz/corpus/$reader
  mkdir -p "$corpus"
  find "$documents" knowledge -name "*.${ending[$reader]:-$reader}" -size -64k | while read -r file; do
    cp "$file" "$corpus/${file//\//_}"
  done
done
# Of an office document the parts, unpacked: a change of packed bytes only ever breaks the packing.
python3 - "$documents" <<'PYTHON'
import pathlib, sys, zipfile

PARTS = {"docx": ["word/document.xml", "word/styles.xml", "word/numbering.xml"],
         "xlsx": ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"]}
for kind, parts in PARTS.items():
    for path in pathlib.Path(sys.argv[1]).glob(f"*.{kind}"):
        target = pathlib.Path("fuzz/corpus", kind)
        if target.is_dir() and zipfile.is_zipfile(path):
            file = zipfile.ZipFile(path)
            contents = [file.read(part) if part in file.namelist() else b"" for part in parts]
            (target / f"{path.stem}.parts").write_bytes(b"\0".join(contents))
PYTHON

# The versions that the product is built with.
cp Cargo.lock fuzz/Cargo.lock
broken=()
for reader in "${readers[@]}"; do
  cargo fuzz run --sanitizer none "$reader" -- \
    -max_total_time="$seconds" -max_len=65536 -timeout=20 -rss_limit_mb=2048 -print_final_stats=1 || broken+=("$reader")
done
[ ${#broken[@]} -eq 0 ] || { echo "broken: ${broken[*]}; see fuzz/artifacts/"; exit 1; }
