"""The letters about how an account pays, in both languages."""

from accounts.mail.letters import Letter

ENGLISH = {
    "payment-requested": Letter(
        "{team} asks to pay by invoice: {coverage}",
        """
Hello,

{company} ({team}) asks to pay by invoice for this coverage: {coverage}.

Accept or refuse it here:
{link}
""",
    ),
    "payment-accepted": Letter(
        "You now pay by invoice: {team}, {coverage}",
        """
Hello,

The request of {team} to pay by invoice was accepted for: {coverage}.

The first month on an invoice is {month}. Invoices are sent to {email}.

You can see and change the details here:
{link}
""",
    ),
    "payment-refused": Letter(
        "Your request to pay by invoice: {team}, {coverage}",
        """
Hello,

The request of {team} to pay by invoice for {coverage} was not accepted.

Reason: {reason}

How you pay stays as it is:
{link}
""",
    ),
    "payment-details": Letter(
        "Your invoice details were changed: {team}",
        """
Hello,

{actor} changed the invoice details of {team} ({coverage}).

Billing e-mail before: {old}
Billing e-mail now: {email}

The change applies to documents issued from now on. See what changed here:
{link}

If this is a mistake, change it back there or tell our staff.
""",
    ),
    "payment-method": Letter(
        "How you pay has changed: {team}, {coverage}",
        """
Hello,

{actor} changed how {team} pays for {coverage}. From {month} on: {method}.

{link}
""",
    ),
    "payment-merged": Letter(
        "One invoice for Japan and Global: {team}",
        """
Hello,

{actor} merged the invoices of {team}. From {month} on, one invoice covers Japan and Global. It is
sent to {email}.

Months before that stay apart.

{link}
""",
    ),
    "plan-taken": Letter(
        "Your device plan: {plan} ({team})",
        """
Hello,

{actor} took the device plan {plan} for {team}. It holds from {since} on (UTC).

Its price, with tax, and your devices on it are here:
{link}
""",
    ),
    "payment-parted": Letter(
        "Separate invoices for Japan and Global: {team}",
        """
Hello,

{actor} separated the invoices of {team}. From {month} on, Japan and Global are billed apart.

{link}
""",
    ),
}

JAPANESE = {
    "payment-requested": Letter(
        "【Meisai】請求書払いの申請({team}・{coverage})",
        """
請求書払いの申請がありました。

会社名:{company}({team})
カバレッジ:{coverage}

次のページで承認または却下してください。
{link}
""",
    ),
    "payment-accepted": Letter(
        "【Meisai】請求書払いを承りました({team}・{coverage})",
        """
いつもお世話になっております。

「{team}」({coverage})の請求書払いのお申し込みを承りました。

{month}分から請求書でのお支払いとなります。請求書の送付先は {email} です。

登録内容は次のページでご確認、ご変更いただけます。
{link}
""",
    ),
    "payment-refused": Letter(
        "【Meisai】請求書払いのお申し込みについて({team}・{coverage})",
        """
いつもお世話になっております。

「{team}」({coverage})の請求書払いのお申し込みは、お受けすることができませんでした。

理由:{reason}

お支払い方法に変更はありません。
{link}
""",
    ),
    "payment-details": Letter(
        "【Meisai】請求先情報が変更されました({team})",
        """
いつもお世話になっております。

{actor}により、「{team}」({coverage})の請求先情報が変更されました。

変更前の請求先メールアドレス:{old}
変更後の請求先メールアドレス:{email}

今後発行する書類に適用されます。変更内容は次のページでご確認いただけます。
{link}

お心当たりのない場合は、上記のページで元に戻すか、弊社担当までご連絡ください。
""",
    ),
    "payment-method": Letter(
        "【Meisai】お支払い方法が変更されました({team}・{coverage})",
        """
いつもお世話になっております。

{actor}により、「{team}」({coverage})のお支払い方法が変更されました。
{month}分から:{method}

{link}
""",
    ),
    "payment-merged": Letter(
        "【Meisai】請求書の統合({team})",
        """
いつもお世話になっております。

{actor}により、「{team}」の請求書が統合されました。
{month}分から、日本カバレッジとグローバルカバレッジを1通の請求書にまとめ、{email} へお送りします。

それより前の月は、これまでどおり別々の請求書となります。

{link}
""",
    ),
    "plan-taken": Letter(
        "【Meisai】デバイスプランのお申し込み({plan}・{team})",
        """
いつもお世話になっております。

{actor}により、「{team}」のデバイスプラン「{plan}」のお申し込みが完了しました。
適用開始日:{since}(UTC)

料金(税込)とデバイスの台数は次のページでご確認いただけます。
{link}
""",
    ),
    "payment-parted": Letter(
        "【Meisai】請求書の統合の解除({team})",
        """
いつもお世話になっております。

{actor}により、「{team}」の請求書の統合が解除されました。
{month}分から、日本カバレッジとグローバルカバレッジを別々にご請求します。

{link}
""",
    ),
}

ACTORS = {"en": {"staff": "Our staff"}, "ja": {"staff": "弊社担当"}}
METHODS = {
    "en": {"card": "by card", "invoice": "by invoice"},
    "ja": {"card": "カード払い", "invoice": "請求書払い"},
}
