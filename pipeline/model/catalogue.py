"""The catalogue of all messages to the officer.

Code, severity, message and remedy of every finding and of every failure are defined
only here. ``docs/findings.md`` lists them, and a test compares the two. Texts are filled
with ``str.format``; :class:`pipeline.model.findings.Finding` adds the place (sheet, cell,
No) at the start.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Severity(enum.Enum):
    """An error blocks the documents; a warning and a notice do not."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"

    @property
    def label(self) -> str:
        """The word that the officer sees."""
        return {"error": "誤り", "warning": "注意", "notice": "お知らせ"}[self.value]

    @property
    def rank(self) -> int:
        """0 for the most severe."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One entry of the catalogue; the texts have ``str.format`` fields."""

    code: str
    severity: Severity
    message: str
    remedy: str


def _error(code: str, message: str, remedy: str) -> CatalogueEntry:
    return CatalogueEntry(code, Severity.ERROR, message, remedy)


def _warning(code: str, message: str, remedy: str) -> CatalogueEntry:
    return CatalogueEntry(code, Severity.WARNING, message, remedy)


def _notice(code: str, message: str, remedy: str) -> CatalogueEntry:
    return CatalogueEntry(code, Severity.NOTICE, message, remedy)


# The value of {more} if a file has several findings of the same kind.
ONE_OF_SEVERAL = "{} か所の問題が見つかりました。１か所目: "
_CHECK_TEMPLATE_REMEDY = (
    "様式（templates）を変えたときは、直すか元に戻してください"
    "（コマンドでは shiryo check-template で確かめられます）。"
    "変えていなければ開発者に知らせてください。"
)

# Failures: a stage could not continue. Raised as PipelineError.
FAILURES = (
    _error(
        "form-unknown",
        "様式「{name}」はありません。",
        "{near}シート「会議情報」の「様式」に、ある様式の名前を書いてください"
        "（コマンドでは --form で選びます）。",
    ),
    _error(
        "form-name",
        "「{name}」は様式の名前に使えません。",
        "フォルダーの名前にできる、別の名前にしてください。",
    ),
    _error(
        "no-table-to-propose",
        "{path} に、見出しのある表が見つかりません。",
        "１行目に列の見出し、その下に中身のある表を用意してください。",
    ),
    _error(
        "form-tie",
        "{path} は、どの様式の台帳か決められません（{names}）。",
        "シート「会議情報」に「様式」の行を入れてください（コマンドでは --form でも選べます）。",
    ),
    _error(
        "form-broken",
        "様式のファイル {path} を読み取れません（{reason}）。",
        "示された箇所を直すか、元のファイルに戻してください。",
    ),
    _error(
        "no-workbook",
        "フォルダー {folder} に台帳（.xlsx など）がありません。",
        "台帳を {folder} に入れて、もう一度実行してください。",
    ),
    _error(
        "workbooks-equally-new",
        "フォルダー {folder} に更新日時の同じ台帳が複数あります（{names}）。",
        "使う台帳を、画面の「ほかの台帳を使う」で選んでください"
        "（コマンドでは名前を指定します。例: shiryo build {example}）。",
    ),
    _error(
        "workbook-missing",
        "ファイル {path} が見つかりません。",
        "ファイル名とフォルダーを確かめてください。",
    ),
    _error(
        "not-a-workbook",
        "{path} は Excel のブックとして読み取れません。",
        "Excel で開けるか確かめ、「Excel ブック（.xlsx）」として保存し直してください。",
    ),
    _error(
        "table-not-found",
        "{path} に事業の一覧表が見つかりません（見出し {expected} を探しました）。",
        "一覧表のあるシートに、これらの見出しの行があるか確かめてください。",
    ),
    _error(
        "output-unwritable",
        "フォルダー {folder} に書き込めません（{reason}）。",
        "空き容量と書き込みの許可を確かめてください"
        "（コマンドでは --output で別のフォルダーも指定できます）。",
    ),
    # new: no file of the office is overwritten.
    _error(
        "file-exists",
        "{path} はすでにあるため、書き込みませんでした。",
        "別の名前を指定するか、いまのファイルを別の場所へ移してください。",
    ),
    _error(
        "new-suffix",
        "{path} は Excel ブックの名前ではありません。",
        "名前の終わりを .xlsx にしてください。",
    ),
    # read: the machine, the workbook, the mapping next to it.
    _error(
        "temp-unwritable",
        "作業用のフォルダー {folder} に書き込めません。",
        "そのドライブの空き容量を増やしてから、もう一度実行してください。",
    ),
    _error(
        "source-date-epoch",
        "環境変数 SOURCE_DATE_EPOCH の値「{seconds}」は秒数として読めません。",
        "1970 年からの秒数（整数）にするか、この変数を消してください。",
    ),
    _error(
        "file-unreadable",
        "{path} を開けません（{reason}）。",
        "ほかの人が開いていないか、読み取りの許可があるかを確かめてください。",
    ),
    _error(
        "file-damaged",
        "{path} は壊れているか、途中で切れているため読み取れません。",
        "元のファイルをコピーし直すか、Excel の［開いて修復する］で開いて保存し直してください。",
    ),
    _error(
        "lock-file",
        "{path} は Excel が開いている間だけ作る作業用のファイルで、台帳ではありません。",
        "「{name}」のほうを指定してください。",
    ),
    _error(
        "cell-far-away",
        "{path} には表から遠く離れたセル（{address}）に値があり、"
        "シートが大きすぎるため読み取れません。",
        "使っていない行と列を、行ごと・列ごと削除して保存し直してください。",
    ),
    _error(
        "cell-address-strange",
        "{path} に、Excel のセルの番地ではない記述（{address}）があるため、"
        "読み取りを中止しました。",
        "ファイルの出どころを確かめ、Excel で開いて保存し直したものを使ってください。",
    ),
    _error(
        "sheet-too-full",
        "{path} は、セルの数か文字の数が多すぎるため、読み取りを中止しました。",
        "事業の一覧だけの台帳にしてください（使わない行と列は、行ごと・列ごと削除します）。",
    ),
    _error(
        "too-many-merges",
        "{path} には {limit} か所を超える結合セルがあるため、読み取りを中止しました。",
        "使わない行と列を、行ごと・列ごと削除して保存し直してください。",
    ),
    _error(
        "sheets-strange",
        "{path} は、シートが {limit} 枚を超えるか、同じ名前のシートがあるため、"
        "読み取りを中止しました。",
        "一覧表のシートだけを新しいブックにコピーして保存し、それを使ってください。",
    ),
    _error(
        "part-twice",
        "{path} には同じ名前の部品が二つあり、開くソフトによって違う内容が表示されるため、"
        "開きませんでした。",
        "ファイルの出どころを確かめ、Word か Excel で開いて保存し直したものを使ってください。",
    ),
    _error(
        "workbook-is-folder",
        "{path} はフォルダーです。",
        "フォルダーの中のファイルを指定してください。",
    ),
    _error(
        "file-empty",
        "{path} は中身が空（0 バイト）です。",
        "元の台帳をもう一度 inputs に入れてください。",
    ),
    _error(
        "password-protected",
        "{path} はパスワードで保護されているため読み取れません。",
        "Excel で開き、［ファイル］→［情報］→［ブックの保護］→［パスワードを使用して暗号化］で"
        "パスワードを消して保存し直してください。",
    ),
    _error(
        "too-large",
        "{path} は大きすぎるため、読み取りを中止しました"
        "（展開すると {limit} MB を超えるか、部品や記述の数が多すぎます）。",
        "画像や使わないシートを除いた台帳を使ってください。",
    ),
    _error(
        "too-many-rows",
        "{path} には {limit} 行を超える行があるため、読み取りを中止しました。",
        "事業の一覧だけの台帳にしてください（使わない行は行ごと削除します）。",
    ),
    _error(
        "xml-forbidden",
        "{path} には Excel の台帳にあるはずのない記述（DTD）があるため、開きませんでした。",
        "ファイルの出どころを確かめ、Excel で開いて保存し直したものを使ってください。",
    ),
    _error(
        "csv-encoding",
        "{path} の文字コードが分かりません。",
        "Excel で「CSV UTF-8（コンマ区切り）」として保存し直してください。",
    ),
    _error(
        "mapping-broken",
        "列の対応表 {path} を読み取れません（{reason}）。",
        '[columns] の下に "元の見出し" = "列" の形で書くか、ファイルを消してください。',
    ),
    _error(
        "map-malformed",
        "--map「{option}」の書き方が正しくありません。",
        '--map "元の見出し=progress" のように書いてください。',
    ),
    _error(
        "map-unknown",
        "--map の列「{key}」はありません。",
        "{near}",
    ),
    _error(
        "sheet-missing",
        "{path} にシート「{name}」はありません。",
        "あるのは {known} です。--sheet で選び直してください。",
    ),
    _error(
        "command-line",
        "コマンドの書き方に誤りがあります。",
        "{reason}",
    ),
    _error(
        "csv-and-json",
        "--csv と --json は同時に指定できません。",
        "どちらか一つにしてください。",
    ),
    # collect: the filled-in file.
    _error(
        "handout-missing",
        "ファイル {path} が見つかりません。",
        "記入した資料（Word）か当日入力のブックの名前とフォルダーを確かめてください。",
    ),
    _error(
        "not-a-handout",
        "{path} は、このソフトで作った資料の Word 文書として読み取れません。",
        "記入した資料の Word 文書（.docx）か、当日入力のブックを使ってください。"
        "ほかの形式の文書は、Word で開いて「Word 文書（.docx）」として保存し直すと読み取れることが"
        "あります。",
    ),
    _error(
        "handout-legacy",
        "{path} は古い形式の Word 文書（.doc）のため読み取れません。",
        "Word で開き、「Word 文書（.docx）」として保存し直してください。",
    ),
    _error(
        "handout-several-documents",
        "{path} は中に文書が二つ以上あり、どちらが資料か決められません。",
        "Word で開いて「名前を付けて保存」をしてから、もう一度実行してください。",
    ),
    _error(
        "handout-protected",
        "{path} はパスワードで保護されているため読み取れません。",
        "Word で開き、［ファイル］→［情報］→［文書の保護］→［パスワードを使用して暗号化］で"
        "パスワードを消して保存し直してください。",
    ),
    _error(
        "handout-damaged",
        "{path} は壊れているか、途中で切れているため読み取れません。",
        "元のファイルをコピーし直すか、Word の［開いて修復する］で開いて保存し直してください。",
    ),
    _error(
        "handout-too-large",
        "{path} は大きすぎるため、読み取りを中止しました"
        "（展開すると {limit} MB を超えるか、部品や記述の数が多すぎます）。",
        "画像を除いて保存し直した文書を使ってください。",
    ),
    _error(
        "handout-forbidden",
        "{path} には Word 文書にあるはずのない記述（DTD）があるため、開きませんでした。",
        "ファイルの出どころを確かめ、Word で開いて保存し直したものを使ってください。",
    ),
    _error(
        "handout-lock-file",
        "{path} は Word や Excel が開いている間だけ作る作業用のファイルです。",
        "名前が「~$」で始まらないほうのファイルを指定してください。",
    ),
    _error(
        "of-another-master",
        "{path} は台帳 {master} の資料ではないようです"
        "（番号と事業名の合う行が {total} 行中 {matched} 行しかありません。例: {example}）。",
        "資料を作った台帳を、画面の「ほかの台帳を使う」で選んでください（コマンドでは"
        "ファイル名の後に指定します。例: shiryo collect 記入した資料.docx 台帳.xlsx）。",
    ),
    _error(
        "not-an-opinion-book",
        "{path} は、このソフトで作った当日入力や意見の集計ではありません。",
        "当日入力は、画面の［当日入力のブック（Excel）を作る］で作ったものを使ってください"
        "（コマンドでは shiryo entry で、意見の集計は shiryo collect で作ります）。",
    ),
    _error(
        "opinion-book-format",
        "{path} は Excel ブック（.xlsx）ではないため、意見を読み取れません。"
        "取り消し線、隠した行、コメントを確かめられない形式です。",
        "Excel で開き、「名前を付けて保存」で「Excel ブック（.xlsx）」として保存し直してください。",
    ),
    _error(
        "opinion-book-as-master",
        "{path} は{kind}のブックで、台帳ではありません。",
        "台帳を選んでください。記入した当日入力の意見は、画面の「当日」で取り込めます"
        "（コマンドでは shiryo collect で読み取ります）。",
    ),
    _error(
        "file-unwritable",
        "{path} に書き込めません（{reason}）。",
        "Excel で開いているときは閉じ、書き込みの許可と空き容量を確かめてください。",
    ),
    _error(
        "file-open-elsewhere",
        "{path} は Excel などで開かれているため、置き換えませんでした（{lock} があります）。",
        "そのファイルを保存して閉じてから、もう一度お試しください。"
        "だれも開いていないのに表示されるときは、{lock} を削除してください。",
    ),
    _error(
        "results-for-several",
        "--results は、台帳が複数あるときは指定できません。",
        "台帳を一つずつ指定して実行してください。",
    ),
    _error(
        "nothing-to-fill-in",
        "様式「{form}」には、会議で記入する列がありません。",
        'form.toml の、会議で記入する列に fill = "meeting" を書いてください'
        "（コマンドでは --form で別の様式も選べます）。",
    ),
    # render_docx, render_pdf: the form's templates.
    _error(
        "template-missing",
        "様式のファイル {path} がありません。",
        "配布時のファイルを、このフォルダーに戻してください。",
    ),
    _error(
        "template-broken",
        "様式のファイル {path} の{place}に誤りがあります（{reason}）。",
        "その箇所を直すか、配布時のファイルに戻してください。",
    ),
    _error(
        "template-reaches-out",
        "様式 {path} が、様式のフォルダーの外（{url}）を読もうとしたため中止しました。",
        "ひな形からその参照を取り除いてください。",
    ),
    _error(
        "template-endless",
        "{name} の組み立てが {seconds} 秒たっても終わらないため、中止しました。",
        "様式のひな形のくり返しや大きさの指定を見直すか、配布時のファイルに戻してください。",
    ),
    _error(
        "template-too-large",
        "{name} の組み立てに使えるメモリが足りなくなったため、中止しました。",
        "様式のひな形のくり返しや大きさの指定を見直すか、配布時のファイルに戻してください。"
        "ひな形を変えていないときは、台帳を分けて実行してください。",
    ),
    _error(
        "font-missing",
        "フォント「{family}」がこのパソコンにありません。",
        "「{family}」をこのパソコンに入れるか、様式の CSS のフォントを変えてください。"
        "Debian・Ubuntu の標準のフォントは次の１行で入ります: "
        "sudo apt-get install fonts-morisawa-bizud-gothic fonts-ipamj-mincho"
        "（Windows 10 以降には BIZ UDゴシックが入っています）",
    ),
    _error(
        "renderer-complained",
        "PDF の作成中に問題が起きたため、資料を出力しませんでした（{reason}）。",
        "様式を直した場合は元に戻し、それでも起きるときは開発者に知らせてください。",
    ),
    # proof: reading back the finished file.
    _error(
        "value-lost",
        "{more}{file} で、{place}の「{value}」がそのとおりに印刷されません"
        "（印刷される文字: {shown}）。",
        _CHECK_TEMPLATE_REMEDY,
    ),
    _error(
        "row-lost",
        "{more}{file} に、No.{value} の行が印刷されません。",
        _CHECK_TEMPLATE_REMEDY,
    ),
    _error(
        "value-unseen",
        "{more}{file} で、{place}の「{value}」が紙の上で見えません"
        "（白い文字、枠や用紙からのはみ出し、重なりなど）。",
        _CHECK_TEMPLATE_REMEDY,
    ),
    _error(
        "value-extra",
        "{more}{file} で、{place}に余分な「{value}」が印刷されます。",
        _CHECK_TEMPLATE_REMEDY,
    ),
    _error(
        "value-misplaced",
        "{more}{file} で、{place}の「{value}」がとなりの文字に重なって印刷されます。",
        _CHECK_TEMPLATE_REMEDY,
    ),
    _error(
        "table-too-wide",
        "{more}{file} の表が、用紙の幅より {value} 広いため、紙からはみ出します。",
        "様式の列の width を狭くするか、用紙（paper）を大きいものか横置きにしてください。"
        "ひな形（handout.docx）の表の幅を変えた場合は、用紙に収まる幅に戻してください。",
    ),
    _error(
        "control-lost",
        "{more}{file} で、{place}のチェックボックス（{value}）が正しくありません"
        "（印刷される印: {shown}）。",
        _CHECK_TEMPLATE_REMEDY,
    ),
    _error(
        "glyph-undrawn",
        "PDF の文字 {characters} は、資料のフォントに字形がありません。",
        "その文字を別の文字に置き換えるか、様式のフォントを変えてください。",
    ),
    # verify
    _error(
        "run-missing",
        "作成結果のフォルダー {path} が見つかりません。",
        "output にあるフォルダーの名前を指定してください。",
    ),
    _error(
        "no-run-yet",
        "{path} には、まだ作成した資料がありません。",
        "先に shiryo build を実行してください。",
    ),
    _error(
        "manifest-unreadable",
        "{path} を読み取れません（{reason}）。",
        "資料を作成し直してください。",
    ),
    # serve
    _error(
        "minutes-of-no-run",
        "「{name}」の会議で作った会議録（案）が output にありません。",
        "結果版を作ってから、もう一度お試しください。",
    ),
    _error(
        "upload-kind",
        "「{name}」は、この画面で使えるファイルではありません。",
        "Excel の台帳（.xlsx など）か、記入された資料（.docx）を入れてください。",
    ),
    _error(
        "results-not-ours",
        "{path} に、この画面では残せない書き込みがあります（{reason}）。",
        "Excel で開いて直すか、別の名前に変えてから、もう一度入力してください。",
    ),
    _error(
        "port-taken",
        "番号 {port} のポートは使われています。",
        "--port を付けずに実行すると、空いている番号で開きます。",
    ),
    _error(
        "page-silent",
        "このフォルダーの画面は開いていますが、応答しません。",
        "しばらく待って、もう一度実行してください。直らなければパソコンを再起動してください。",
    ),
    _error(
        "page-home-unsafe",
        "作業用のフォルダー {path} は、ほかの利用者のものです。",
        "管理者に、このフォルダーを消すよう依頼してください。",
    ),
    _error(
        "folder-missing",
        "フォルダー {folder} がありません。",
        "名前を確かめてください。",
    ),
    # making: work in other processes.
    _error(
        "worker-lost",
        "{name} を作っている途中で、作業用のプロセスが止められました"
        "（メモリの不足が考えられます）。",
        "ほかのアプリケーションを閉じて、もう一度実行してください。"
        "それでも続くときは、台帳を分けて実行してください。",
    ),
    _error(
        "unexpected",
        "思いがけない不具合で処理を中止しました（{reason}）。",
        "作成済みの資料は元のままです。記録 {log} を添えて開発者に知らせてください。",
    ),
    _error(
        "unexpected-unlogged",
        "思いがけない不具合で処理を中止しました（{reason}）。",
        "作成済みの資料は元のままです。記録を書くこともできませんでした。"
        "ドライブの空き容量を確かめ、それでも起きるときはこの文を開発者に知らせてください。",
    ),
)

# Findings about the data, all collected in one pass.
FINDINGS = (
    # build: the results edition needs every opinion.
    _error(
        "opinion-blank",
        "意見が未入力の行が {count} 件あります（{numbers}）。{made}結果版は作っていません。",
        "意見を入力するか、画面の［未入力のまま結果版を作る］を押してください"
        "（コマンドでは shiryo build --allow-blank）。",
    ),
    # locate
    _error(
        "column-missing",
        "必要な列「{title}」が見つかりません（読み取れた見出し: {seen}）。",
        "{near}見出しを「{title}」に直してください"
        '（コマンドでは --map "{header}={key}" で対応も指定できます）。',
    ),
    # normalise
    _error(
        "score-out-of-scale",
        "{title}「{value}」は {scale}ではありません。",
        "{scale}に直してください。",
    ),
    # locate
    _error(
        "column-ambiguous",
        "列「{title}」に当たる列を決められません（候補: {cells}）。",
        "使わない列の見出しを変えてください（コマンドでは --map で対応も指定できます）。",
    ),
    _notice(
        "sheet-chosen",
        "ほかにも一覧表のあるシートがあります（{others}）。"
        "最も項目の埋まっているこのシートを使いました。",
        "別のシートを使うときは、使わないシートを Excel で非表示にしてください"
        "（コマンドでは --sheet で指定できます）。",
    ),
    _error(
        "sheets-equally-full",
        "一覧表のあるシートが複数あり（{names}）、どれを使うか決められません。",
        "使わないシートを Excel で非表示にしてください（コマンドでは --sheet で指定できます）。",
    ),
    # reading: the form does not fit the master.
    _warning(
        "form-skipped",
        "様式のファイル {path} を読み取れません（{reason}）。"
        "見出しのそろう様式「{used}」で進めました。",
        "使う様式であれば示された箇所を直し、使わない様式であればフォルダーを templates の外に"
        "移してください。",
    ),
    _warning(
        "map-unused",
        "対応を指定した見出し「{value}」は、このシートにありません（読み取れた見出し: {seen}）。",
        "{near}対応表（.map.toml）の見出しを、台帳のとおりに直してください"
        "（コマンドでは --map の見出しも）。",
    ),
    _notice(
        "columns-unused",
        "資料に使わない列があります（{titles}）。",
        "そのままで差し支えありません。",
    ),
    _warning(
        "row-struck",
        "行の全体に取り消し線があるため、事業として扱いませんでした（{value}）。",
        "消す行であれば台帳から削除し、残す行であれば取り消し線を外してください。",
    ),
    _warning(
        "text-struck",
        "{title}の「{value}」に取り消し線があります。資料には、線のないそのままの文字で印刷します。",
        "消す文字であれば台帳から削除し、残す文字であれば取り消し線を外してください。",
    ),
    _warning(
        "weekday-differs",
        "{title}「{value}」の曜日が日付と合いません（{date}は{weekday}曜日です）。",
        "日付か曜日を直してください（資料には書かれたとおりに印刷します）。",
    ),
    _notice(
        "meeting-line-unused",
        "会議情報の「{value}」の行は、資料に使いません。",
        "{near}使う行の見出しは {known} です。",
    ),
    _warning(
        "judgement-unconfirmed",
        "参考資料の判定表に、まだ確かめていない組合せが {value} 件あります（{letters}）。"
        "参考資料には「{doubt}」と印刷します。",
        "判定と区分を確かめ、台帳のシート「判定表」（なければ作ります）の根拠の列に「確認済」と"
        "入力してください（コマンドでは、--documents handout を付けると参考資料を作りません）。",
    ),
    _notice(
        "row-left-out",
        "「{value}」だけの行は、表の行として扱いませんでした。",
        "表の行であれば、番号や名前の欄を入力してください。",
    ),
    _warning(
        "table-below",
        "「{value}」から下は、別の表とみなして読みませんでした。",
        "表の続きであれば、上の空の行を削除してください。",
    ),
    _notice(
        "sum-left-out",
        "「{value}」の行（{cells}）は印刷しません。",
        "この様式で印刷する合計は「{total}」の行だけです。",
    ),
    _error(
        "no-projects",
        "見出しの下に事業の行がありません。",
        "見出しの次の行から事業を入力してください。",
    ),
    # meeting
    _error(
        "date-unreadable",
        "{title}「{value}」は日付として読めません。",
        "2026/3/9 または 令和８年３月９日 の形に直してください。",
    ),
    _warning(
        "acceptance-unreadable",
        "「{value}」から、確認済とする事業の番号と理由を読み取れません。",
        "「No.15 協議済」のように、番号と理由を入力してください。",
    ),
    _error(
        "judgement-table-unreadable",
        "判定表の見出しを読み取れません。",
        "評価２つの列名と「判定」の見出しを付けるか、このシートを削除してください。",
    ),
    _warning(
        "meeting-line-twice",
        "会議情報に「{title}」が重ねて書かれています。上の行の「{value}」を使いました。",
        "使わない行を消してください。",
    ),
    _error(
        "judgement-row-twice",
        "判定表に評価の同じ組（{value}）が２行あります。",
        "どちらかの行を消してください。",
    ),
    _error(
        "judgement-row-incomplete",
        "判定表のこの行は、{title}が空です。",
        "評価２つと判定をすべて入力してください。",
    ),
    _error(
        "judgement-row-unreadable",
        "判定表の{title}「{value}」は整数として読めません。",
        "整数に直してください。",
    ),
    # normalise
    _error(
        "error-value",
        "{title}が Excel のエラー値「{value}」になっています。",
        "数式の参照先を直してください。",
    ),
    _error(
        "formula-unresolved",
        "{title}の数式に計算結果が保存されていません。",
        "Excel で開いて再計算し（F9）、保存し直してください。",
    ),
    _error(
        "number-unreadable",
        "番号「{value}」は 1 以上の整数ではありません。",
        "1、2、3… の整数に直してください。",
    ),
    _error(
        "row-incomplete",
        "{row}には、空の欄が {count} 個あります（{titles}）。",
        "表の行であれば入力し、備考などで表の行でなければ、行を消すか表の外に移してください。",
    ),
    _error(
        "number-empty",
        "番号がありません。",
        "1、2、3… の整数を入力してください。",
    ),
    _error(
        "name-empty",
        "{title}がありません。",
        "{title}を入力してください。",
    ),
    _error(
        "score-empty",
        "{title}が空です。",
        "{scale}を入力してください。",
    ),
    _error(
        "judgement-empty",
        "{title}が空です。",
        "判定の文字（A など）と区分を入力してください。",
    ),
    _warning(
        "text-empty",
        "{title}が空です。ほかの行には入力されています。",
        "入力漏れでないか確かめてください。",
    ),
    _warning(
        "value-no-number",
        "{title}「{value}」は数ではありません。そのまま印刷し、合計には入れません。",
        "数であれば、数字で入力し直してください。",
    ),
    _error(
        "total-differs",
        "{title}の合計「{value}」は、上の行の合計 {expected} と違います。",
        "内訳か合計のどちらが正しいか確かめ、直してください。",
    ),
    _warning(
        "total-rounded",
        "{title}の合計「{value}」は、上の行の合計 {expected} とわずかに違います。",
        "端数処理によるものか確かめてください。",
    ),
    _error(
        "arithmetic-differs",
        "{title}「{value}」は、{formula} の計算結果 {expected} と違います。",
        "計算のもとの数か結果のどちらが正しいか確かめ、直してください。",
    ),
    _warning(
        "arithmetic-rounded",
        "{title}「{value}」は、{formula} の計算結果 {expected} とわずかに違います。",
        "端数処理によるものか確かめてください。",
    ),
    _error(
        "choice-unknown",
        "{title}「{value}」は、選択肢（{labels}）にありません。",
        "選択肢のどれかに直してください。",
    ),
    _error(
        "choice-empty",
        "{title}が選ばれていません。",
        "{labels} のどれか一つを選んでください。",
    ),
    _error(
        "choice-several",
        "{title}に印が複数あります（{value}）。",
        "印を一つにしてください。",
    ),
    _error(
        "mark-unreadable",
        "{title}の印「{value}」を読み取れません。",
        "選んだ欄に ○ を付け、ほかは空にしてください。",
    ),
    _error(
        "judgement-contradicts",
        "{title}「{value}」が、同じ行の判定「{other}」と食い違っています。",
        "どちらが正しいか確かめ、そろえてください。",
    ),
    _warning(
        "judgement-incomplete",
        "判定「{value}」に{part}がありません。",
        "このまま印刷すると{part}のない判定になります。台帳に入力してください。",
    ),
    _notice(
        "judgement-completed",
        "判定の文字か区分の一方だけの行が {value} 件あり、もう一方を判定表から補いました。",
        "そのままで差し支えありません。補わせないときは、台帳に両方を入力してください。",
    ),
    _warning(
        "value-not-text",
        "{title}が文字ではなく、日付や数として入っています。資料には「{value}」と印刷します。",
        "Excel での見た目と違うときは、先頭に ' を付けて、文字として入力し直してください。",
    ),
    _notice(
        "control-characters",
        "{title}に印刷できない制御文字（{value}）があり、取り除きました。",
        "そのままで差し支えありません。気になるときは入力し直してください。",
    ),
    # check
    _warning(
        "acceptance-unmatched",
        "確認済とされた番号 {value} の事業がありません。",
        "事業の番号を確かめてください。",
    ),
    _error(
        "number-twice",
        "番号 {value} が {other} にもあります。",
        "どちらかの番号を直してください。",
    ),
    _warning(
        "number-missing",
        "番号 {value} の行がありません。",
        "抜けている行がないか確かめてください。",
    ),
    _warning(
        "name-twice",
        "名前「{value}」が {other} と同じです。",
        "行の重複や名前の写し間違いがないか確かめてください。",
    ),
    _warning(
        "letter-differs",
        "判定「{value}」は判定表と異なります（{rows}{row}・{columns}{column} は「{expected}」）。",
        "評価か判定のどちらが正しいか確かめてください。",
    ),
    _notice(
        "letter-differs-inferred",
        "判定「{value}」は判定表の推定と異なります（{rows}{row}・{columns}{column} は「{expected}」"
        "と推定）。",
        "判定表のこの欄は未確認です。台帳の判定が正しければ、そのままで差し支えありません。",
    ),
    _warning(
        "letter-unknown",
        "判定「{value}」は判定表にありません。",
        "判定の文字を確かめてください。",
    ),
    _warning(
        "label-differs",
        "判定区分「{value}」は、判定 {letter} の区分「{expected}」と異なります。",
        "判定と区分のどちらが正しいか確かめてください。",
    ),
    _notice(
        "proposal-differs",
        "{title}「{value}」は、判定区分「{label}」と異なります。",
        "意図したものであれば、そのままで差し支えありません。",
    ),
    _warning(
        "text-names-other-choice",
        "説明に「{value}」の方針とありますが、選択は「{choice}」です。",
        "説明と選択のどちらが正しいか確かめてください。",
    ),
    _notice(
        "text-outside-choices",
        "説明に「{value}」とありますが、選択肢（{labels}）にはありません。",
        "意図したものであれば、そのままで差し支えありません。",
    ),
    _notice(
        "row-hidden",
        "この行は非表示ですが、資料に載せました。",
        "載せない事業であれば、行を削除してください。",
    ),
    _warning(
        "column-hidden",
        "{title}の列は非表示ですが、資料に載せました。",
        "載せない列であれば、様式のその列に print = false を付けてください。",
    ),
    _notice(
        "row-filtered",
        "この行はフィルターで隠れていますが、資料に載せました。",
        "載せない事業であれば、行を削除してください。",
    ),
    _notice(
        "opinions-present",
        "意見が {value} 件入力されています。会議用の意見欄は空のまま印刷します。",
        "会議の前であれば、前回の意見が残っていないか確かめてください。",
    ),
    _warning(
        "comment-without-opinion",
        "意見の内容「{value}」がありますが、意見が選ばれていません。",
        "意見を選んでください（意見なし・保留なども選べます）。",
    ),
    _notice(
        "outside-cp932",
        "「{value}」（{code_point}）は古いシステムで扱えないことがある文字です。",
        "資料にはこのまま印刷します。ほかのシステムへ渡すときは注意してください。",
    ),
    # opinions: a filled-in handout or workbook.
    _warning(
        "opinion-asked",
        "意見を読み取らず、確認をお願いしています（{reasons}。見えたもの:「{value}」）。",
        "意見の集計で意見を選び（なければ空のまま）、「確認」に「確認済」と入れてください。",
    ),
    _warning(
        "own-opinion-asked",
        "台帳の意見を使っていません（{reasons}。見えたもの:「{value}」）。",
        "セルの意見を書き直すか、このままで正しければ「確認済」の列に理由を書いてください。",
    ),
    _warning(
        "own-opinion-looks",
        "台帳の意見に取り消し線、隠した行、コメントがあるかを、{value} では確かめられません。"
        "書いてある意見をそのまま使いました。",
        "台帳を「Excel ブック（.xlsx）」として保存し直すと、確かめられます。",
    ),
    _warning(
        "handout-changed",
        "{place}が、印刷したときの「{printed}」から「{value}」に書き換えられています。",
        "結果版にも使う場合は、台帳を同じように直してください。",
    ),
    _warning(
        "handout-added",
        "{place}に、印刷したときにはない「{value}」が書き加えられています。",
        "意見や結果版に要るものは、意見の集計か台帳に書き写してください。",
    ),
    _warning(
        "handout-removed",
        "{place}の「{printed}」が消されています。",
        "結果版でも消す場合は、台帳を直してください。",
    ),
    _notice(
        "master-changed-since",
        "{place}は、印刷した資料では「{value}」、いまの台帳では「{printed}」です。",
        "意見が元の資料に対するものであることを確かめてください。",
    ),
    _error(
        "opinion-too-long",
        "{title}が長すぎて（{value} 文字）、Excel のセルに入りません。",
        "{limit} 文字以内に縮めてください。",
    ),
    _warning(
        "row-added",
        "「{value}」の行が台帳にありません。この行の意見は読み取っていません。",
        "台帳に事業を加えるか、番号と事業名を台帳のとおりに直してください。",
    ),
    _warning(
        "row-removed",
        "台帳の「{value}」（{cell}）の行が {document} にありません。意見は読み取っていません。",
        "この事業の意見があれば、台帳か意見の集計に入力してください。",
    ),
    _warning(
        "proposal-changed",
        "{title}が、意見を集めた資料の「{value}」から、いまの台帳（{cell}）では「{now}」に"
        "変わっています。",
        "意見が元の案に対するものであることを確かめてください。",
    ),
    _warning(
        "nothing-filled-in",
        "{value} には、まだ一つも意見が入力されていません。何も書き出しませんでした。",
        "意見を入力して保存してから、もう一度取り込んでください。",
    ),
    _warning(
        "opinion-kept",
        "今回のファイルに意見はありませんが、前に集めた「{value}」を残しました。",
        "取り消すときは、{cell} を直してください。",
    ),
    _warning(
        "results-kept-beside",
        "{value} は置き換えていません（{reason}）。今回の意見は {path} に書きました。",
        "二つを見比べ、使わないほうを別のフォルダーへ移すか削除してください。",
    ),
    # The owner of a file.
    _error(
        "file-of-another-form",
        "{value} は別の様式（{form}、選択肢: {choices}）の資料のため、読み取りませんでした。",
        "この台帳から作った資料を使ってください（コマンドでは --form で様式も選べます）。",
    ),
    _error(
        "file-of-another-meeting",
        "{value} は別の会議（{theirs}）の資料のため、読み取りませんでした"
        "（台帳の会議情報は {ours}。違うもの: {what}）。",
        "その会議の台帳を選ぶか、台帳の会議情報を資料のとおりに直してください。",
    ),
    _error(
        "meeting-one-sided",
        "{value}（{theirs}）が、この台帳の会議（{ours}）のものと確かめられません"
        "（一致しないもの: {what}）。",
        "台帳の会議情報を資料を作ったときのとおりにするか、この会議の資料に間違いなければ"
        "画面の［この会議のものとして取り込む］を押してください"
        "（コマンドでは --same-meeting を付けます）。",
    ),
    _warning(
        "meeting-unverified",
        "{value} がこの会議（{ours}）の資料であることを確かめられません"
        "（資料に会議の記録も開催情報の行もありません）。",
        "別の会議の資料でないことを確かめてください。",
    ),
    # build: opinions that a person still has to settle, and changes after an opinion was given.
    _warning(
        "opinion-unsettled",
        "確認が済んでいないため、意見を使っていません（{value}）。",
        "画面の「当日」で意見を選んでください（コマンドでは、意見の集計の {cell} で意見を選び、"
        "「確認」に「確認済」と入れます）。",
    ),
    _warning(
        "reason-changed",
        "{title}が、意見を集めた資料の「{value}」から、いまの台帳（{cell}）では「{now}」に"
        "変わっています。",
        "意見が元の説明に対するものであることを確かめてください。",
    ),
    # merge: the results workbook and the master.
    _error(
        "opinion-contradicts",
        "{title}が、台帳では「{value}」、{other} では「{stated}」と食い違っています。",
        "どちらが正しいか確かめ、そろえるか片方を空にしてください。",
    ),
    _error(
        "results-of-another-master",
        "{value} は別の台帳（{master}）の意見のため、使いませんでした。",
        "このブックを別のフォルダーへ移してください"
        "（コマンドでは --results で使うブックも指定できます）。",
    ),
    _error(
        "results-of-another-form",
        "{value} は別の様式（{form}、選択肢: {choices}）の意見のため、使いませんでした。",
        "このブックを別のフォルダーへ移してください（コマンドでは --form で様式も選べます）。",
    ),
    _error(
        "results-of-another-meeting",
        "{value} は別の会議（{theirs}）の意見のため、使いませんでした（台帳の会議情報は {ours}）。",
        "前の会議のブックは別のフォルダーへ移してください。"
        "同じ会議であれば、ブックのシート「このブックについて」の回や開催日を、"
        "台帳の会議情報のとおりに直してください。",
    ),
    _error(
        "results-of-an-older-master",
        "{value} は、事業が変わる前の台帳で集めた意見のため、使いませんでした（{reason}）。",
        "いまの台帳で作った資料に記入したものを取り込むか（コマンドでは shiryo collect）、"
        "このブックの番号と事業名を台帳のとおりに直してください。"
        "前の会議のブックであれば、別のフォルダーへ移してください。",
    ),
    _error(
        "results-several",
        "この台帳の意見の集計が複数あり（{value}）、どれを使うか決められません。",
        "使わないものを別のフォルダーへ移してください"
        "（コマンドでは --results で使うものも指定できます）。",
    ),
    _warning(
        "results-unreadable",
        "意見の集計 {value} を読み取れません（{reason}）。そのブックの意見は使っていません。",
        "Excel で開けるか確かめて保存し直すか、別のフォルダーへ移してください。",
    ),
    _notice(
        "results-of-renamed",
        "台帳の名前が {master} から変わっていますが、内容が同じため、{value} の意見を使いました。",
        "台帳を直すときは、{value} の名前を {wanted} に変えてください。",
    ),
    _warning(
        "results-lost",
        "{value} は台帳 {master} の意見ですが、その台帳が見当たらないため、使いませんでした。",
        "この台帳の意見であれば、名前を {wanted} に変えてください。"
        "前の会議のものであれば、別のフォルダーへ移してください。",
    ),
    _notice(
        "results-left-aside",
        "{value} は使いませんでした（{reason}）。",
        "要らないブックは、別のフォルダーへ移してください。",
    ),
    _notice(
        "results-master-changed",
        "台帳は {value} に意見を集めた後に変更されていますが、番号と事業名が同じため、"
        "そのまま使いました。",
        "変更が意見に関わるものでなければ、そのままで差し支えありません。",
    ),
    # render
    _warning(
        "row-taller-than-page",
        "この行は１ページに収まらないため、次のページに分かれて印刷されます。",
        "説明か意見を短くすると、１ページに収まります。",
    ),
    _warning(
        "choice-wraps",
        "選択肢が欄の幅に収まらず、途中で折り返して印刷されます。",
        "様式の form.toml でこの列の width を広げるか、選択肢の言葉を短くしてください。",
    ),
    # publish
    _warning(
        "pointer-stale",
        "資料は作成しましたが、{value} を更新できませんでした（{reason}）。",
        "{value} を開いているプログラムを閉じて、もう一度実行してください。",
    ),
    _warning(
        "pointer-not-ours",
        "資料は作成しましたが、{folder} の {value} はこのソフトが作ったファイルではないため、"
        "置き換えませんでした。",
        "{value} を別の場所へ移してください"
        "（コマンドでは --output で別のフォルダーも指定できます）。",
    ),
    # verify: a published run compared with its manifest.
    _error(
        "file-changed",
        "{value} の内容が、作成したときと違います。",
        "開いて保存し直していないか確かめ、必要なら資料を作成し直してください。",
    ),
    _error(
        "file-gone",
        "{value} がありません。",
        "ほかの場所に移していないか確かめ、必要なら資料を作成し直してください。",
    ),
    _error(
        "file-added",
        "{value} は、作成したときにはなかったファイルです。",
        "資料の置き場を取り違えていないか確かめ、不要なら別の場所に移してください。",
    ),
    # glyphs
    _warning(
        "variant-missing",
        "「{value}」（{code_point}）の異体字の字形が資料のフォントにないため、"
        "標準の字形で印刷します。",
        "字形まで必要なときは、その字形のあるフォントを様式で指定してください。",
    ),
    _error(
        "glyph-missing",
        "「{value}」（{code_point}）は、資料のフォントにない文字です。",
        "別の文字に置き換えてください（そのままでは空白や□で印刷されます）。",
    ),
)

# doctor: findings about the machine. An error prevents it from making handouts.
MACHINE = (
    _error(
        "machine-library-missing",
        "{value} が入っていません。",
        ".venv フォルダーを消してから、準備をもう一度実行してください（bash scripts/setup.sh "
        "handouts）。Windows では shiryo-windows.zip を展開し直してください。",
    ),
    _warning(
        "machine-library-differs",
        "{value} は、試験した版（{tested}）と違います。",
        "資料は作れますが、ファイルの中身が変わることがあります。"
        "そろえるときは .venv フォルダーを消してから、準備をもう一度実行してください。",
    ),
    _warning(
        "machine-encoding",
        "文字コード {value} では、日本語のファイル名や表示が崩れることがあります。",
        "Linux では環境変数 LC_ALL を C.UTF-8 に、Windows では PYTHONUTF8 を 1 にしてください。",
    ),
    _error(
        "machine-pango",
        "PDF を作る部品（Pango）を読み込めません（{reason}）。",
        "Debian・Ubuntu では sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 を実行し、"
        "Windows では shiryo-windows.zip を展開し直してください。"
        "Word だけなら --format docx で作れます。",
    ),
    _error(
        "machine-pango-old",
        "PDF を作る部品 Pango {value} は古いため使えません。",
        "Pango {oldest} 以降を入れてください。",
    ),
    _warning(
        "machine-harfbuzz",
        "フォントを速く埋め込む部品（HarfBuzz）がありません。",
        "資料は作れます。速くするには libharfbuzz-subset0 を入れてください。",
    ),
    _warning(
        "machine-font-rare",
        "人名などの珍しい文字のためのフォント「{value}」がありません。",
        "ふつうの漢字は印刷できます。台帳の文字が印刷できないときは入れてください"
        "（Debian・Ubuntu では fonts-ipamj-mincho）。",
    ),
    _error(
        "machine-disk",
        "空き容量が {value} MB しかありません。",
        "不要なファイルを消すか、--output で別のドライブを指定してください。",
    ),
    _warning(
        "machine-workbook-open",
        "台帳を開いている人がいます（{value}）。",
        "保存して閉じてから実行すると、最新の内容で作れます。",
    ),
    _warning(
        "machine-traces",
        "この確認の間に、フォルダーの外への書き込みか通信がありました（{value}）。",
        "この道具の動作ではないはずです。この１行を、情報システムの担当の方か開発者に"
        "知らせてください。",
    ),
    _error(
        "machine-question-failed",
        "確かめられませんでした（{reason}）。",
        ".venv フォルダーを消してから準備をもう一度実行し（Windows では shiryo-windows.zip を"
        "展開し直し）、それでも出るときは開発者に知らせてください。",
    ),
)

CATALOGUE: dict[str, CatalogueEntry] = {
    entry.code: entry for entry in (*FAILURES, *FINDINGS, *MACHINE)
}
