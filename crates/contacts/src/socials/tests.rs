//! Profiles are told from everything else that networks' addresses are used for.

use super::*;

fn found(text: &str) -> String {
    profile(text, false).map(|(network, url)| format!("{network} {url}")).unwrap_or_default()
}

#[test]
fn profiles_have_one_address() {
    let check = |text: &str, expected: &str| assert_eq!(found(text), expected, "{text}");
    check("http://facebook.com/AcmeInc/", "facebook https://www.facebook.com/AcmeInc");
    check("https://de-de.facebook.com/AcmeInc/about?ref=x", "facebook https://www.facebook.com/AcmeInc");
    check(
        "https://www.facebook.com/pages/Acme/81302657102?sk=wall",
        "facebook https://www.facebook.com/pages/Acme/81302657102",
    );
    check(
        "https://facebook.com/profile.php?id=1000123&ref=x",
        "facebook https://www.facebook.com/profile.php?id=1000123",
    );
    check("https://www.facebook.com/pg/Canal100/posts/", "facebook https://www.facebook.com/Canal100");
    check(
        "https://www.facebook.com/plugins/page.php?href=https%3A%2F%2Fwww.facebook.com%2Facme%2F&width=3",
        "facebook https://www.facebook.com/acme",
    );
    check("//www.instagram.com/x/?hl=en", "instagram https://www.instagram.com/x");
    check("http://twitter.com/#!/ActiveMobilityC", "twitter https://x.com/ActiveMobilityC");
    check("https://twitter.com/#%21/ActiveMobilityC", "twitter https://x.com/ActiveMobilityC");
    check("https://mobile.twitter.com/@acme?lang=en", "twitter https://x.com/acme");
    check("https://x.com/acme", "twitter https://x.com/acme");
    check("https://twitter.com/intent/follow?screen_name=acme", "twitter https://x.com/acme");
    check("https://uk.linkedin.com/company/x/about/", "linkedin https://www.linkedin.com/company/x");
    check("http://www.linkedin.com/pub/a-b/1/2/3", "linkedin https://www.linkedin.com/pub/a-b/1/2/3");
    check("https://www.youtube.com/@AcmeTV/videos", "youtube https://www.youtube.com/@AcmeTV");
    check("http://youtube.com/user/acme?feature=x", "youtube https://www.youtube.com/user/acme");
    check("https://www.youtube.com/channel/UC123/featured", "youtube https://www.youtube.com/channel/UC123");
    check("https://youtube.com/acme", "youtube https://www.youtube.com/acme");
    check("https://www.tiktok.com/@acme.tv?lang=en", "tiktok https://www.tiktok.com/@acme.tv");
    check("https://www.pinterest.co.uk/acme/boards/", "pinterest https://www.pinterest.com/acme");
    check("https://www.xing.com/companies/x", "xing https://www.xing.com/companies/x");
    check("https://wa.me/4930123456?text=Hi", "whatsapp https://wa.me/4930123456");
    check(
        "https://api.whatsapp.com/send?phone=+49%2030%20123456&text=x",
        "whatsapp https://wa.me/4930123456",
    );
    check("whatsapp://send?phone=4930123456", "whatsapp https://wa.me/4930123456");
    check("https://t.me/s/acme", "telegram https://t.me/acme");
    check("tg://resolve?domain=acme", "telegram https://t.me/acme");
    check("https://vk.com/club123", "vk https://vk.com/club123");
    check("https://www.threads.net/@acme", "threads https://www.threads.com/@acme");
    check("https://bsky.app/profile/acme.org", "bluesky https://bsky.app/profile/acme.org");
    check("https://github.com/acme", "github https://github.com/acme");
    check("https://mastodon.social/@acme", "mastodon https://mastodon.social/@acme");
    check("https://www.snapchat.com/add/acme", "snapchat https://www.snapchat.com/add/acme");
    check("https://vimeo.com/acme", "vimeo https://vimeo.com/acme");
    check("https://acme.medium.com", "medium https://acme.medium.com");
    check("https://medium.com/@acme", "medium https://medium.com/@acme");
    check("https://discord.com/invite/acme", "discord https://discord.gg/acme");
    check("https://www.twitch.tv/acme", "twitch https://www.twitch.tv/acme");
    check("https://www.yelp.de/biz/acme-berlin?x", "yelp https://www.yelp.com/biz/acme-berlin");
    check(
        "https://www.tripadvisor.co.uk/Hotel_Review-g1-d2-Reviews-Acme.html",
        "tripadvisor https://www.tripadvisor.com/Hotel_Review-g1-d2-Reviews-Acme.html",
    );
    check("https://acme.tumblr.com/", "tumblr https://acme.tumblr.com");
    check("https://www.flickr.com/photos/acme/", "flickr https://www.flickr.com/photos/acme");
    check("https://ok.ru/group/123", "ok https://ok.ru/group/123");
    check("https://weibo.com/u/123", "weibo https://weibo.com/u/123");
    check("https://line.me/R/ti/p/@acme", "line https://line.me/ti/p/@acme");
    check("https://www.reddit.com/r/acme/", "reddit https://www.reddit.com/r/acme");
}

#[test]
fn other_addresses_are_no_profiles() {
    let check = |text: &str| assert_eq!(found(text), "", "{text}");
    check("https://www.facebook.com/sharer/sharer.php?u=x");
    check("https://www.facebook.com/sharer.php?u=x");
    check("https://www.facebook.com/share.php?u=x");
    check("https://www.facebook.com/plugins/like.php?href=https%3A%2F%2Fwww.facebook.com%2Facme");
    check("https://www.facebook.com/dialog/feed?app_id=1");
    check("https://www.facebook.com/acme/posts/123");
    check("https://www.facebook.com/");
    check("https://www.facebook.com");
    check("https://facebook.com/hashtag/x");
    check("https://connect.facebook.net/en_US/sdk.js");
    check("https://twitter.com/intent/tweet?text=x");
    check("https://twitter.com/home?status=x");
    check("https://twitter.com/share");
    check("https://twitter.com/acme/status/123");
    check("https://twitter.com/hashtag/acme");
    check("https://twitter.com/search?q=x");
    check("https://www.linkedin.com/shareArticle?mini=true");
    check("https://www.linkedin.com/cws/share?url=x");
    check("https://www.linkedin.com/");
    check("https://www.pinterest.com/pin/create/button/?url=x");
    check("https://t.me/share/url?url=x");
    check("https://www.youtube.com/embed/abc");
    check("https://www.youtube.com/watch?v=abc");
    check("https://youtu.be/abc");
    check("https://www.instagram.com/p/abc/");
    check("https://www.instagram.com/explore/tags/x/");
    check("https://wa.me/?text=x");
    check("whatsapp://send?text=x");
    check("https://api.whatsapp.com/send?text=x");
    check("https://vk.com/share.php?url=x");
    check("https://vk.com/wall-1_2");
    check("https://player.vimeo.com/video/123");
    check("https://vimeo.com/123456");
    check("https://github.com/twbs/bootstrap");
    check("https://notfacebook.com/acme");
    check("https://netflix.com/acme");
    check("https://usnx.com/acme");
    check("https://www.tiktok.com/@acme/video/1");
    check("https://reddit.com/submit?url=x");
    check("https://facebook.com.evil.org/acme");
    check("/acme");
    check("mailto:facebook@facebook.com");
}

fn urls(html: &str, url: &str) -> Vec<String> {
    let options = Options { url: Some(url.into()), ..Options::default() };
    find(&Document::parse(html), &options).into_iter().map(|social| social.url).collect()
}

#[test]
fn each_profile_is_found_once_wherever_it_stands() {
    let html = r#"<script type="application/ld+json">{"@graph":[{"@type":"Organization","sameAs":["https://www.facebook.com/acme","https://x.com/acme"]}]}</script>
        <a href="https://twitter.com/acme"></a><a href="http://facebook.com/ACME/">fb</a> <p>See www.instagram.com/acme.</p>
        <div class="fb-page" data-href="https://www.facebook.com/acmetwo"></div><a rel=me href="https://social.acme.org/@us">m</a>"#;
    let found = urls(html, "https://www.acme.org/");
    assert_eq!(
        found,
        [
            "https://www.facebook.com/acme",
            "https://x.com/acme",
            "https://social.acme.org/@us",
            "https://www.facebook.com/acmetwo",
            "https://www.instagram.com/acme"
        ]
    );
    assert!(
        urls("<a href='https://www.facebook.com/acme'>x</a>", "https://www.facebook.com/other").is_empty()
    );
    assert!(urls("see facebook.com/acmein... and notfacebook.com/acme", "https://a.org").is_empty());
}
