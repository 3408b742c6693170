"""The letters about what is paid, and about cards, in both languages."""

from accounts.mail.letters import Letter

ENGLISH = {
    "payment-paid": Letter(
        "{label} is paid: {amount}",
        """
Hello,

{amount} was charged to the card {card} for {label} of {team}.

See your documents here:
{link}

You can turn these messages off in your settings.
""",
    ),
    "payment-failed": Letter(
        "The card was not charged for {label}",
        """
Hello,

{amount} could not be charged to the card {card} for {label} of {team}.

Reason: {reason}

It is tried again on {next}. To pay at once, add another card here:
{link}
""",
    ),
    "payment-given-up": Letter(
        "{label} is not paid: features are switched off",
        """
Hello,

{amount} for {label} of {team} could not be charged to any card.

Reason: {reason}

The features of the plan are switched off. They are back as soon as it is paid: add a card here,
and it is charged at once.
{link}
""",
    ),
    "order-cancelled": Letter(
        "Order {order} is cancelled: it was not paid",
        """
Hello,

{amount} for order {order} of {team} could not be charged to any card, or the order could not be
carried out. It is cancelled. What was paid for it is kept as your credit.

You can order again here, with another card:
{link}
""",
    ),
    "payment-due": Letter(
        "{label} is due on {due}",
        """
Hello,

{amount} of {label} ({team}) is open. Please transfer it by {due}.

The bank account stands on the document:
{link}
""",
    ),
    "payment-overdue": Letter(
        "{label} is overdue since {due}",
        """
Hello,

{amount} of {label} ({team}) was due on {due}, and has not come in yet.

If you have paid it meanwhile, ignore this message. The bank account stands on the document:
{link}
""",
    ),
    "card-expiring": Letter(
        "The card {card} of {team} expires soon",
        """
Hello,

The card {card} of {team} ({coverage}) can be charged until the end of {month}.

If your bank does not renew it by itself, add the new one here:
{link}
""",
    ),
    "card-expired": Letter(
        "The card {card} of {team} has expired",
        """
Hello,

The card {card} of {team} ({coverage}) expired at the end of {month}.

Add another one here, so that the next payment does not fail:
{link}
""",
    ),
}

JAPANESE = {
    "payment-paid": Letter(
        "【Meisai】お支払い完了のお知らせ({label} {team})",
        """
いつもお世話になっております。

「{team}」の{label}のお支払いとして、カード{card}で{amount}を決済しました。

書類はこちらでご確認いただけます。
{link}

このお知らせは設定画面で停止できます。
""",
    ),
    "payment-failed": Letter(
        "【Meisai】カード決済ができませんでした({label} {team})",
        """
いつもお世話になっております。

「{team}」の{label}の{amount}を、カード{card}で決済できませんでした。

理由:{reason}

{next}に再度決済を行います。すぐにお支払いになる場合は、こちらから別のカードを追加してください。
{link}
""",
    ),
    "payment-given-up": Letter(
        "【Meisai】お支払いの確認ができないため機能を停止しました({label} {team})",
        """
いつもお世話になっております。

「{team}」の{label}の{amount}を、どのカードでも決済できませんでした。

理由:{reason}

プランの機能を停止しました。お支払いが完了しだい再開します。こちらからカードを追加すると、ただちに決済します。
{link}
""",
    ),
    "order-cancelled": Letter(
        "ご注文{order}をキャンセルしました(お支払い未完了)",
        """
{team} ご担当者様

ご注文{order}の{amount}をどのカードでも決済できなかったか、ご注文の商品をご提供できなかったため、ご注文をキャンセルしました。
お支払い済みの金額がある場合は、お客様の預り金となります。

別のカードで、こちらから改めてご注文いただけます。
{link}
""",
    ),
    "payment-due": Letter(
        "【Meisai】お支払期日のご案内({label} {team})",
        """
いつもお世話になっております。

「{team}」の{label}の未払額は{amount}です。{due}までにお振り込みください。

振込先は書類に記載しています。
{link}
""",
    ),
    "payment-overdue": Letter(
        "【Meisai】お支払期日を過ぎています({label} {team})",
        """
いつもお世話になっております。

「{team}」の{label}(お支払期日:{due})について、{amount}のご入金を確認できておりません。

行き違いでお支払い済みの場合はご容赦ください。振込先は書類に記載しています。
{link}
""",
    ),
    "card-expiring": Letter(
        "【Meisai】カードの有効期限が近づいています({card} {team})",
        """
いつもお世話になっております。

「{team}」のカード{card}({coverage})の有効期限は{month}末です。

カード会社により自動更新されない場合は、こちらから新しいカードを追加してください。
{link}
""",
    ),
    "card-expired": Letter(
        "【Meisai】カードの有効期限が切れました({card} {team})",
        """
いつもお世話になっております。

「{team}」のカード{card}({coverage})の有効期限が{month}末で切れました。

次回のお支払いができるよう、こちらから別のカードを追加してください。
{link}
""",
    ),
}
