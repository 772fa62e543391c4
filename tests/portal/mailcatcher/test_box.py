from portal.mailcatcher.box import Box


def test_the_newest_come_first_and_the_oldest_go(tmp_path):
    box = Box(tmp_path / "mail", kept=2)
    first, second, third = (box.put(f"Subject: {word}\n\nHello".encode()) for word in ("a", "b", "c"))
    assert (box.names(), box.get(first)) == ([third, second], None)


def test_mail_is_still_there_after_a_restart(tmp_path):
    name = Box(tmp_path).put(b"Subject: Hello\nTo: ann@example.org\n\nWords")
    kept = Box(tmp_path).get(name)
    assert (kept.header("Subject"), kept.header("To"), kept.text) == ("Hello", "ann@example.org", "Words")


def test_a_name_cannot_lead_out_of_the_box(tmp_path):
    (tmp_path / "secret.eml").write_text("Subject: secret\n\n")
    assert [Box(tmp_path / "mail").get(name) for name in ("../secret", "", "..", "a/b")] == [None] * 4
