/// Hosts that everybody knows and that imitate nobody: the measure of false alarms. Assembled by hand from what
/// browsers, package managers, clouds and development tools contact, with words that come near to a brand's name.
enum WellKnownHosts {
  static let all: [String] = text.split(whereSeparator: \.isWhitespace).map(String.init)

  private static let text = """
    google.com www.google.com mail.google.com accounts.google.com drive.google.com docs.google.com maps.google.com
    play.google.com news.google.com translate.google.com calendar.google.com meet.google.com fonts.googleapis.com
    fonts.gstatic.com ajax.googleapis.com storage.googleapis.com www.googleapis.com generativelanguage.googleapis.com
    aiplatform.googleapis.com us-central1-aiplatform.googleapis.com oauth2.googleapis.com youtube.com www.youtube.com
    i.ytimg.com yt3.ggpht.com googlevideo.com doubleclick.net googletagmanager.com google-analytics.com gmail.com
    blogger.com chromium.org web.dev android.com tensorflow.org kaggle.com deepmind.google deepmind.com golang.org
    go.dev pkg.go.dev proxy.golang.org sum.golang.org dart.dev flutter.dev firebase.google.com firebaseio.com
    angular.io facebook.com www.facebook.com fbcdn.net instagram.com whatsapp.com web.whatsapp.com messenger.com
    threads.net meta.com meta.ai llama.com llama.meta.com oculus.com apple.com www.apple.com icloud.com
    developer.apple.com itunes.apple.com mzstatic.com captive.apple.com push.apple.com swift.org swiftpackageindex.com
    cocoapods.org amazon.com www.amazon.com amazon.co.uk amazon.de amazon.co.jp aws.amazon.com console.aws.amazon.com
    s3.amazonaws.com bedrock-runtime.us-east-1.amazonaws.com sts.amazonaws.com ec2.us-west-2.amazonaws.com
    cloudfront.net d111111abcdef8.cloudfront.net primevideo.com twitch.tv audible.com imdb.com goodreads.com
    microsoft.com www.microsoft.com login.microsoftonline.com office.com outlook.com outlook.office365.com live.com
    bing.com www.bing.com msn.com azure.microsoft.com portal.azure.com management.azure.com openai.azure.com
    my-resource.openai.azure.com blob.core.windows.net azurewebsites.net visualstudio.com code.visualstudio.com
    marketplace.visualstudio.com vscode.dev update.code.visualstudio.com dev.azure.com nuget.org api.nuget.org
    windowsupdate.com msftconnecttest.com skype.com teams.microsoft.com sharepoint.com onedrive.live.com linkedin.com
    www.linkedin.com learn.microsoft.com powershellgallery.com dotnet.microsoft.com xbox.com minecraft.net openai.com
    api.openai.com chat.openai.com platform.openai.com auth.openai.com cdn.openai.com status.openai.com chatgpt.com
    cdn.oaistatic.com files.oaiusercontent.com anthropic.com api.anthropic.com console.anthropic.com claude.ai
    claude.com docs.anthropic.com status.anthropic.com statsig.anthropic.com gemini.google.com aistudio.google.com
    perplexity.ai api.perplexity.ai mistral.ai api.mistral.ai console.mistral.ai codestral.mistral.ai cohere.com
    api.cohere.com api.cohere.ai dashboard.cohere.com groq.com api.groq.com console.groq.com x.ai api.x.ai grok.com
    deepseek.com api.deepseek.com chat.deepseek.com huggingface.co cdn-lfs.huggingface.co hf.co
    api-inference.huggingface.co router.huggingface.co replicate.com api.replicate.com replicate.delivery together.ai
    api.together.xyz together.xyz fireworks.ai api.fireworks.ai openrouter.ai stability.ai api.stability.ai
    elevenlabs.io api.elevenlabs.io assemblyai.com api.assemblyai.com deepgram.com api.deepgram.com cerebras.ai
    api.cerebras.ai sambanova.ai moonshot.cn api.moonshot.cn moonshot.ai kimi.com zhipuai.cn bigmodel.cn z.ai
    dashscope.aliyuncs.com qwen.ai minimaxi.com minimax.io baichuan-ai.com stepfun.com siliconflow.cn
    api.siliconflow.cn volcengine.com ark.cn-beijing.volces.com hunyuan.tencent.com langchain.com
    api.smith.langchain.com langfuse.com cloud.langfuse.com helicone.ai api.helicone.ai litellm.ai docs.litellm.ai
    portkey.ai wandb.ai api.wandb.ai comet.com mlflow.org pinecone.io api.pinecone.io weaviate.io qdrant.tech
    trychroma.com zilliz.com milvus.io modal.com runpod.io api.runpod.ai lambdalabs.com coreweave.com nvidia.com
    integrate.api.nvidia.com ngc.nvidia.com ollama.com registry.ollama.ai lmstudio.ai llamaindex.ai crewai.com
    cursor.com api2.cursor.sh www.cursor.com codeium.com server.codeium.com windsurf.com sourcegraph.com tabnine.com
    replit.com lovable.dev bolt.new v0.dev jetbrains.com plugins.jetbrains.com api.jetbrains.ai poe.com character.ai
    you.com phind.com jasper.ai midjourney.com runwayml.com ideogram.ai suno.com heygen.com synthesia.io github.com
    api.github.com gist.github.com raw.githubusercontent.com objects.githubusercontent.com codeload.github.com
    avatars.githubusercontent.com github.githubassets.com api.githubcopilot.com copilot-proxy.githubusercontent.com
    uploads.github.com ghcr.io pages.github.com octocat.github.io githubstatus.com github.blog gitlab.com
    registry.gitlab.com about.gitlab.com bitbucket.org api.bitbucket.org codeberg.org sourceforge.net sr.ht gitea.com
    gitee.com npmjs.com www.npmjs.com registry.npmjs.org npmjs.org yarnpkg.com registry.yarnpkg.com pnpm.io nodejs.org
    deno.land deno.com jsr.io bun.sh unpkg.com cdn.jsdelivr.net jsdelivr.com cdnjs.cloudflare.com cdnjs.com esm.sh
    skypack.dev npmtrends.com npm-stat.com bundlephobia.com pypi.org files.pythonhosted.org test.pypi.org python.org
    docs.python.org pypistats.org pypy.org readthedocs.io readthedocs.org anaconda.com conda.anaconda.org
    repo.anaconda.com conda-forge.org piwheels.org astral.sh python-poetry.org crates.io static.crates.io
    index.crates.io rust-lang.org static.rust-lang.org docs.rs rubygems.org index.rubygems.org ruby-lang.org
    bundler.io packagist.org repo.packagist.org getcomposer.org php.net maven.org repo1.maven.org
    repo.maven.apache.org central.sonatype.com oss.sonatype.org plugins.gradle.org services.gradle.org gradle.org
    scala-lang.org kotlinlang.org hex.pm elixir-lang.org hackage.haskell.org haskell.org opam.ocaml.org
    cran.r-project.org r-project.org cpan.org metacpan.org perl.org luarocks.org julialang.org clojars.org ziglang.org
    nim-lang.org docker.com hub.docker.com registry-1.docker.io auth.docker.io production.cloudflare.docker.com
    download.docker.com quay.io cdn.quay.io gcr.io registry.k8s.io kubernetes.io helm.sh artifacthub.io podman.io
    containerd.io hashicorp.com releases.hashicorp.com registry.terraform.io app.terraform.io developer.hashicorp.com
    vaultproject.io ansible.com galaxy.ansible.com puppet.com chef.io pulumi.com app.pulumi.com circleci.com
    travis-ci.com app.travis-ci.com jenkins.io updates.jenkins.io buildkite.com drone.io codecov.io coveralls.io
    sonarcloud.io sonarqube.org snyk.io api.snyk.io aquasec.com www.aquasec.com checkmarx.com checkmarx.net
    veracode.com semgrep.dev trufflesecurity.com gitguardian.com jfrog.com releases.jfrog.io bintray.com cloudsmith.io
    packagecloud.io debian.org deb.debian.org security.debian.org snapshot.debian.org ubuntu.com archive.ubuntu.com
    security.ubuntu.com launchpad.net api.snapcraft.io snapcraft.io flathub.org fedoraproject.org
    mirrors.fedoraproject.org centos.org redhat.com access.redhat.com rockylinux.org almalinux.org opensuse.org
    download.opensuse.org suse.com archlinux.org aur.archlinux.org alpinelinux.org dl-cdn.alpinelinux.org gentoo.org
    nixos.org cache.nixos.org kernel.org git.kernel.org gnu.org savannah.gnu.org gnome.org kde.org freedesktop.org
    mozilla.org addons.mozilla.org firefox.com detectportal.firefox.com thunderbird.net torproject.org duckduckgo.com
    brave.com vivaldi.com opera.com brew.sh formulae.brew.sh macports.org chocolatey.org scoop.sh winget.run
    stackoverflow.com stackexchange.com serverfault.com superuser.com askubuntu.com reddit.com www.reddit.com
    old.reddit.com news.ycombinator.com lobste.rs dev.to medium.com hashnode.com substack.com wikipedia.org
    en.wikipedia.org de.wikipedia.org wikimedia.org upload.wikimedia.org wikidata.org archive.org web.archive.org
    w3.org ietf.org datatracker.ietf.org rfc-editor.org iana.org icann.org unicode.org ieee.org acm.org arxiv.org
    nature.com sciencedirect.com springer.com jstor.org mit.edu stanford.edu berkeley.edu harvard.edu ox.ac.uk
    cam.ac.uk ethz.ch tum.de inria.fr cern.ch nasa.gov nist.gov nvd.nist.gov cisa.gov mitre.org attack.mitre.org
    cve.org owasp.org cloudflare.com www.cloudflare.com dash.cloudflare.com api.cloudflare.com one.one.one.one
    cloudflare-dns.com dns.google dns.quad9.net workers.dev pages.dev r2.dev cloudflareinsights.com
    cloudflarestatus.com fastly.com fastly.net akamai.com akamaized.net edgekey.net digitalocean.com
    api.digitalocean.com digitaloceanspaces.com linode.com vultr.com hetzner.com hetzner.cloud ovh.com ovhcloud.com
    scaleway.com contabo.com heroku.com herokuapp.com netlify.com api.netlify.com netlify.app vercel.com
    api.vercel.com vercel.app nextjs.org render.com onrender.com fly.io railway.app supabase.com supabase.co
    planetscale.com neon.tech mongodb.com cloud.mongodb.com redis.io redis.com elastic.co artifacts.elastic.co
    clickhouse.com cockroachlabs.com snowflake.com snowflakecomputing.com databricks.com azuredatabricks.net
    fivetran.com airbyte.com getdbt.com confluent.io confluent.cloud rabbitmq.com postgresql.org mysql.com mariadb.org
    sqlite.org oracle.com java.com openjdk.org eclipse.org apache.org archive.apache.org nginx.org nginx.com
    haproxy.org envoyproxy.io traefik.io istio.io sentry.io o1.ingest.sentry.io browser.sentry-cdn.com datadoghq.com
    api.datadoghq.com http-intake.logs.datadoghq.eu newrelic.com nr-data.net grafana.com grafana.net prometheus.io
    honeycomb.io dynatrace.com splunk.com sumologic.com loggly.com papertrailapp.com pagerduty.com opsgenie.com
    statuspage.io bugsnag.com rollbar.com segment.io segment.com mixpanel.com amplitude.com posthog.com
    app.posthog.com launchdarkly.com statsig.com optimizely.com hotjar.com slack.com hooks.slack.com files.slack.com
    discord.com cdn.discordapp.com gateway.discord.gg telegram.org api.telegram.org web.telegram.org signal.org
    zoom.us webex.com gotomeeting.com notion.so www.notion.so linear.app figma.com www.figma.com miro.com asana.com
    trello.com atlassian.com atlassian.net jira.com confluence.com monday.com clickup.com airtable.com
    api.airtable.com dropbox.com www.dropbox.com box.com evernote.com 1password.com bitwarden.com vault.bitwarden.com
    lastpass.com okta.com auth0.com duosecurity.com yubico.com letsencrypt.org acme-v02.api.letsencrypt.org
    r3.o.lencr.org digicert.com sectigo.com globalsign.com entrust.net verisign.com godaddy.com namecheap.com
    gandi.net porkbun.com tailscale.com login.tailscale.com wireguard.com openvpn.net nordvpn.com mullvad.net
    protonmail.com proton.me fastmail.com zoho.com mailgun.com api.mailgun.net sendgrid.com postmarkapp.com
    api.postmarkapp.com mailchimp.com twilio.com api.twilio.com telnyx.com api.telnyx.com vonage.com stripe.com
    api.stripe.com js.stripe.com paypal.com www.paypal.com braintreegateway.com adyen.com squareup.com shopify.com
    myshopify.com ebay.com etsy.com alibaba.com aliexpress.com taobao.com tmall.com jd.com baidu.com www.baidu.com
    qq.com weixin.qq.com tencent.com bilibili.com zhihu.com weibo.com csdn.net aliyun.com alicdn.com huawei.com
    xiaomi.com npmmirror.com registry.npmmirror.com mirrors.tuna.tsinghua.edu.cn mirrors.ustc.edu.cn yandex.ru ya.ru
    vk.com mail.ru ok.ru kaspersky.com drweb.com naver.com daum.net kakao.com line.me yahoo.com yahoo.co.jp
    rakuten.co.jp sony.com playstation.com nintendo.com steampowered.com store.steampowered.com steamcommunity.com
    epicgames.com unity.com unity3d.com unrealengine.com roblox.com ea.com blizzard.com ubisoft.com netflix.com
    www.netflix.com nflxvideo.net spotify.com open.spotify.com scdn.co soundcloud.com hulu.com disneyplus.com
    vimeo.com dailymotion.com tiktok.com www.tiktok.com snapchat.com pinterest.com tumblr.com twitter.com x.com t.co
    twimg.com mastodon.social bsky.app quora.com wordpress.com wordpress.org wp.com squarespace.com wix.com
    webflow.com ghost.org jekyllrb.com gohugo.io adobe.com creativecloud.adobe.com canva.com unsplash.com pexels.com
    flickr.com imgur.com giphy.com gravatar.com salesforce.com force.com hubspot.com zendesk.com intercom.io
    freshdesk.com sap.com workday.com servicenow.com docusign.com bbc.co.uk bbc.com cnn.com nytimes.com
    theguardian.com reuters.com bloomberg.com wsj.com washingtonpost.com forbes.com economist.com ft.com spiegel.de
    heise.de golem.de lemonde.fr elpais.com repubblica.it nhk.or.jp asahi.com booking.com airbnb.com tripadvisor.com
    expedia.com uber.com lyft.com doordash.com deliveroo.co.uk weather.com accuweather.com openweathermap.org
    api.openweathermap.org openstreetmap.org tile.openstreetmap.org mapbox.com api.mapbox.com here.com garmin.com
    strava.com fitbit.com samsung.com lg.com intel.com amd.com arm.com qualcomm.com raspberrypi.com raspberrypi.org
    arduino.cc adafruit.com sparkfun.com ifixit.com openai-python.readthedocs.io openapi-generator.tech openapis.org
    swagger.io postman.com getpostman.com insomnia.rest graphql.org apollographql.com hasura.io prisma.io
    sequelize.org reactjs.org react.dev vuejs.org svelte.dev jquery.com code.jquery.com bootstrapcdn.com
    getbootstrap.com tailwindcss.com fontawesome.com typekit.net babeljs.io webpack.js.org vitejs.dev rollupjs.org
    eslint.org prettier.io typescriptlang.org electronjs.org tauri.app expo.dev reactnative.dev ionicframework.com
    laravel.com symfony.com djangoproject.com flask.palletsprojects.com fastapi.tiangolo.com rubyonrails.org spring.io
    start.spring.io quarkus.io pytorch.org download.pytorch.org numpy.org scipy.org pandas.pydata.org scikit-learn.org
    jupyter.org colab.research.google.com keras.io opencv.org virustotal.com shodan.io censys.io urlscan.io
    haveibeenpwned.com abuse.ch spamhaus.org openair.ch openal.org open-meteo.com openlibrary.org opensource.org
    opensource.com openssl.org openssh.com openwrt.org openbsd.org claudebernard.fr jeanclaude.example
    mistralwind.example cursos.example geminiobservatory.example replicated.com sentryinsurance.com cohesity.com
    anthropologie.com anthro.ox.ac.uk lithub.com deepl.com deepnote.com perplexing.example copilot.microsoft.com
    githubuniverse.com gitkraken.com gitpod.io gitbook.com gitignore.io githooks.com dockerize.io npmcharts.com
    pipenv.pypa.io pypa.io pydantic.dev huggle.org hugging.example vercelli.it helicon.com cerebra.com
    """
}
