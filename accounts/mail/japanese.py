"""The letters in Japanese."""

from accounts.mail import payment_settings, payments
from accounts.mail.letters import Language, Letter

LETTERS = {
    "invitation": Letter(
        "【Meisai】「{team}」へのご招待",
        """
いつもお世話になっております。

{inviter} 様より、請求ポータル Meisai の「{team}」へご招待がありました。
付与される権限:{role}

{until}までに、次のリンクを開いてお手続きください。
{link}

リンクは一度だけご利用いただけます。お心当たりのない場合は、本メールを破棄してください。そのままでは何も登録されません。
""",
    ),
    "role-changed": Letter(
        "【Meisai】「{team}」での権限が変更されました",
        """
いつもお世話になっております。

{actor} 様により、「{team}」でのお客さまの権限が変更されました。
新しい権限:{role}

{link}
""",
    ),
    "role-removed": Letter(
        "【Meisai】「{team}」の利用が終了しました",
        """
いつもお世話になっております。

{actor} 様により、「{team}」でのお客さまの権限が削除されました。
今後、「{team}」のページはご覧いただけません。
サインイン用のアカウントはそのまま残ります。

お心当たりのない場合は、「{team}」の管理者へお問い合わせください。
""",
    ),
    "password-link": Letter(
        "【Meisai】パスワード再設定のご案内",
        """
いつもお世話になっております。

{address} のパスワード再設定のお申し込みを受け付けました。

{hours}時間以内に次のリンクを開き、新しいパスワードを設定してください。
{link}

リンクは一度だけご利用いただけます。お心当たりのない場合は、本メールを破棄してください。パスワードは変更されません。
""",
    ),
    "password-changed": Letter(
        "【Meisai】パスワードが変更されました",
        """
いつもお世話になっております。

{address} のパスワードが変更されました。ほかの端末はすべてサインアウトされています。

お心当たりのない場合は、直ちにパスワードを再設定のうえ、弊社担当までご連絡ください。
{link}
""",
    ),
    "address-confirm": Letter(
        "【Meisai】新しいメールアドレスのご確認",
        """
いつもお世話になっております。

Meisai にご登録のメールアドレスを {old} から {address} へ変更するお申し込みを受け付けました。

{hours}時間以内に次のリンクを開き、変更を確定してください。
{link}

お心当たりのない場合は、本メールを破棄してください。メールアドレスは変更されません。
""",
    ),
    "address-changed": Letter(
        "【Meisai】メールアドレスが変更されました",
        """
いつもお世話になっております。

Meisai にご登録のメールアドレスが {old} から {address} へ変更されました。
今後は新しいメールアドレスでサインインしてください。

お心当たりのない場合は、直ちに弊社担当までご連絡ください。
""",
    ),
    "factor": Letter(
        "【Meisai】サインイン方法の変更({what})",
        """
いつもお世話になっております。

Meisai へのサインイン方法が変更されました。
変更内容:{what}

お心当たりのない場合は、直ちにパスワードを変更のうえ、弊社担当までご連絡ください。
{link}
""",
    ),
    "invoice": Letter(
        "【Meisai】請求書発行のお知らせ({label} {month}・{coverage})",
        """
いつもお世話になっております。

「{team}」の{month}分({coverage})の請求書 {label} を発行しました。

ご請求金額:{amount}
お支払期限:{due}

請求書は次のページからご確認、ダウンロードいただけます。
{link}

このお知らせは設定画面で停止できます。
""",
    ),
    "statement": Letter(
        "【Meisai】お支払い明細書発行のお知らせ({label} {month}・{coverage})",
        """
いつもお世話になっております。

「{team}」の{month}分({coverage})のお支払い明細書 {label} を発行しました。

合計金額:{amount}
ご登録のカードにご請求いたします。

お支払い明細書は次のページからご確認、ダウンロードいただけます。
{link}

このお知らせは設定画面で停止できます。
""",
    ),
    "correction": Letter(
        "【Meisai】{document}発行のお知らせ({label} {month}・{coverage})",
        """
いつもお世話になっております。

「{team}」の{month}分({coverage})の書類を訂正し、{document} {label} を発行しました。

金額:{amount}

次のページからご確認、ダウンロードいただけます。
{link}

このお知らせは設定画面で停止できます。
""",
    ),
    "invoice-delivered": Letter(
        "【Meisai】請求書送付のご案内({label} {month}・{coverage})",
        """
{company} 御中

いつもお世話になっております。

{month}分({coverage})の請求書 {label} をお送りします。

ご請求金額:{amount}
お支払期限:{due}

{enclosed}
{link}

本メールは、「{team}」の請求先メールアドレスにお送りしています。
""",
    ),
    "price-change": Letter(
        "【Meisai】料金改定のお知らせ({team} {since}から)",
        """
いつもお世話になっております。

{since}から、「{team}」でご利用の次の品目の料金が変わります:{what}

予定されている料金は次のページでご確認いただけます。
{link}

このお知らせは設定画面で停止できます。
""",
    ),
    "download": Letter(
        "【Meisai】ダウンロードの準備ができました({label})",
        """
いつもお世話になっております。

ご依頼の「{label}」({about})の準備ができました。

{until}まで、次のページから取得いただけます。
{link}

このお知らせは設定画面で停止できます。
""",
    ),
}

LANGUAGE = Language(
    letters=LETTERS | payment_settings.JAPANESE | payments.JAPANESE,
    words={
        "actor": payment_settings.ACTORS["ja"],
        "method": payment_settings.METHODS["ja"],
        "document": {"modified": "修正請求書", "return": "返還請求書"},
        "enclosed": {
            "attached": "PDFを添付しています。サインイン後、次のページでもご確認いただけます。",
            "linked": "サインイン後、次のページからご確認、ダウンロードいただけます。",
        },
        "role": {"admin": "管理者", "billing": "請求担当", "viewer": "閲覧者"},
        "coverage": {"japan": "日本", "global": "グローバル", "both": "日本・グローバル"},
        "what": {
            "totp-added": "認証アプリの追加",
            "totp-removed": "認証アプリの削除",
            "webauthn-added": "セキュリティキーまたはパスキーの追加",
            "webauthn-removed": "セキュリティキーまたはパスキーの削除",
            "recovery_codes-reset": "リカバリーコードの再発行",
            "recovery_codes-used": "リカバリーコードの使用",
            "all-reset": "弊社担当による二段階認証の解除",
        },
    },
    footer="-- \n本メールは Meisai から自動で送信しています。ご返信いただいてもお答えできません。",
)
