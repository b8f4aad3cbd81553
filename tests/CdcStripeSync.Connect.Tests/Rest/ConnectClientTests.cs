using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CdcStripeSync.Connect.Deploying;
using CdcStripeSync.Connect.Rest;
using CdcStripeSync.Connect.Tests.Double;
using CdcStripeSync.DevStack.Connect;

namespace CdcStripeSync.Connect.Tests.Rest;

public sealed class ConnectClientTests
{
    [Fact]
    public async Task Create_WhileTheWorkersRebalance_IsRepeatedUntilTheyRest()
    {
        await using var worker = await Worker.StartAsync();
        worker.Server.Faults.Rebalancing = 3;
        Assert.True(await worker.Client.PutAsync("shop", Worker.Config("shop"), CancellationToken.None));
        Assert.Equal(4, worker.Server.Requests);
    }

    [Fact]
    public async Task Create_WhileTheWorkersNeverRest_SaysSo()
    {
        await using var worker = await Worker.StartAsync(client: o => o with { Retries = 2 });
        worker.Server.Faults.Rebalancing = 100;
        var error = await Assert.ThrowsAsync<ConnectException>(() => worker.Client.PutAsync("shop", Worker.Config("shop"), CancellationToken.None));
        Assert.Equal(ConnectFailure.Rebalancing, error.Failure);
        Assert.Contains("asked 3 times", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_ThroughAProxyWithoutWorker_IsRepeated()
    {
        await using var worker = await Worker.StartAsync();
        await worker.Client.PutAsync("shop", Worker.Config("shop"), CancellationToken.None);
        worker.Server.Faults.Unavailable = 2;
        Assert.True(await worker.Client.DeleteAsync("shop", CancellationToken.None));
        Assert.False(await worker.Client.DeleteAsync("shop", CancellationToken.None));
    }

    [Fact]
    public async Task Delete_WhoseAnswerWasLost_CountsAsDone()
    {
        using var client = new ConnectClient(
            new ConnectOptions(new Uri("http://connect.example")) { FirstDelay = TimeSpan.FromMilliseconds(1) }, TimeProvider.System,
            new Scripted(HttpStatusCode.GatewayTimeout, HttpStatusCode.NotFound));
        Assert.True(await client.DeleteAsync("shop", CancellationToken.None));
    }

    [Fact]
    public async Task Worker_ThatForwardsSlowly_IsWaitedForUpToTheTimeout()
    {
        await using var worker = await Worker.StartAsync(client: o => o with { Retries = 0 });
        worker.Server.Faults.Latency = TimeSpan.FromMilliseconds(500);
        Assert.Equal("4.1.1", (await worker.Client.WorkerAsync(CancellationToken.None)).Version);
        using var hasty = new ConnectClient(new ConnectOptions(worker.Server.Address) { AttemptTimeout = TimeSpan.FromMilliseconds(400), Retries = 0 }, TimeProvider.System);
        var error = await Assert.ThrowsAsync<ConnectException>(() => hasty.WorkerAsync(CancellationToken.None));
        Assert.Equal(ConnectFailure.Unreachable, error.Failure);
        Assert.Contains("within 0.4 s", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Worker_ThatIsDown_IsNamedWithItsAddress()
    {
        using var client = new ConnectClient(new ConnectOptions(new Uri("http://127.0.0.1:1")) { Retries = 1, FirstDelay = TimeSpan.FromMilliseconds(1) }, TimeProvider.System);
        var error = await Assert.ThrowsAsync<ConnectException>(() => client.WorkerAsync(CancellationToken.None));
        Assert.Equal(ConnectFailure.Unreachable, error.Failure);
        Assert.Contains("http://127.0.0.1:1/", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("operator", "right", null)]
    [InlineData("operator", "wrong", ConnectFailure.Unauthorized)]
    [InlineData(null, null, ConnectFailure.Unauthorized)]
    public async Task BasicAuthentication_Credentials_AreSentAndJudged(string? user, string? password, ConnectFailure? expected)
    {
        await using var worker = await Worker.StartAsync(
            new ConnectServerOptions { Username = "operator", Password = "right" }, o => o with { Username = user, Password = password });
        var error = await Record.ExceptionAsync(() => worker.Client.ListAsync(CancellationToken.None));
        Assert.Equal(expected, (error as ConnectException)?.Failure);
    }

    [Fact]
    public async Task BasicAuthentication_InTheAddress_IsSentAndNotShown()
    {
        await using var worker = await Worker.StartAsync(
            new ConnectServerOptions { Username = "operator", Password = "p@ss" }, o => new ConnectOptions(new UriBuilder(o.Url) { UserName = "operator", Password = "p%40ss" }.Uri));
        Assert.Empty(await worker.Client.ListAsync(CancellationToken.None));
        Assert.DoesNotContain("ss@", worker.Client.Address, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tls_WithItsAuthority_IsTrusted_AndWithoutItNot()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(90));
        using var served = X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, certificate.ExportCertificatePem());
        try
        {
            await using var worker = await Worker.StartAsync(new ConnectServerOptions { Certificate = served }, o => o with { CaFile = file });
            Assert.Equal("https", worker.Server.Address.Scheme);
            Assert.Equal("4.1.1", (await worker.Client.WorkerAsync(CancellationToken.None)).Version);
            using var stranger = new ConnectClient(new ConnectOptions(worker.Server.Address), TimeProvider.System);
            Assert.Equal(ConnectFailure.Untrusted, (await Assert.ThrowsAsync<ConnectException>(() => stranger.WorkerAsync(CancellationToken.None))).Failure);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Status_JustAfterCreation_IsNoneAndThenRunning()
    {
        var time = new ManualTime(new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero));
        await using var worker = await Worker.StartAsync(new ConnectServerOptions { Variable = _ => "s3cret", Time = time });
        await worker.Client.PutAsync("shop", Worker.Config("shop"), CancellationToken.None);
        Assert.Null(await worker.Client.StatusAsync("shop", CancellationToken.None));
        time.Advance(TimeSpan.FromSeconds(1));
        var outcome = await new Watcher(worker.Client, TimeProvider.System).WaitAsync("shop", new WaitOptions(TimeSpan.FromSeconds(10), TimeSpan.Zero) { Interval = TimeSpan.FromMilliseconds(20) }, null, CancellationToken.None);
        Assert.Equal(new Outcome(OutcomeKind.Runs, "RUNNING, task 0 RUNNING"), outcome);
    }

    [Fact]
    public async Task Validation_WithErrorsInsideA200_GivesThem()
    {
        await using var worker = await Worker.StartAsync();
        var validation = await worker.Client.ValidateAsync(Worker.Config("a b", ("name", "shop"), ("slot.name", "Bad-Slot")), CancellationToken.None);
        Assert.Equal(["topic.prefix", "slot.name"], validation.Errors.Select(e => e.Option));
        Assert.Contains("database.sslmode", (IEnumerable<string>)validation.Known);
        Assert.Equal(["database.password", "database.sslpassword"], validation.Passwords.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Page_ThatIsNoKafkaConnect_IsSaidToBeNone()
    {
        using var client = new ConnectClient(new ConnectOptions(new Uri("http://connect.example/")), TimeProvider.System, new Scripted(HttpStatusCode.OK));
        var error = await Assert.ThrowsAsync<ConnectException>(() => client.WorkerAsync(CancellationToken.None));
        Assert.Equal(ConnectFailure.Broken, error.Failure);
        Assert.Contains("no Kafka Connect", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_ThatIsNotExpanded_IsAskedForOneByOne()
    {
        using var client = Client(request => request.RequestUri!.AbsolutePath switch
        {
            "/connectors" => (HttpStatusCode.OK, """["a", "gone", "new"]"""),
            "/connectors/a/config" => (HttpStatusCode.OK, """{"connector.class": "X", "name": "a"}"""),
            "/connectors/a/status" => (HttpStatusCode.OK, """{"name": "a", "connector": {"state": "RUNNING", "worker_id": "w"}, "tasks": [{"id": 0, "state": "RUNNING", "worker_id": "w"}], "type": "source"}"""),
            "/connectors/new/config" => (HttpStatusCode.OK, """{"connector.class": "X"}"""),
            _ => (HttpStatusCode.NotFound, """{"error_code": 404, "message": "not found"}"""),
        });
        var list = await client.ListAsync(CancellationToken.None);
        Assert.Equal([("a", true), ("new", false)], list.Select(c => (c.Name, c.Status?.Runs ?? false)));
        Assert.Null(list[1].Status);
    }

    [Fact]
    public async Task Worker_ThatFailsForAMoment_IsAskedAgainAFewTimes()
    {
        var asked = 0;
        using var client = Client(_ => ++asked < 3 ? (HttpStatusCode.InternalServerError, """{"error_code": 500, "message": null}""") : (HttpStatusCode.OK, "{}"));
        Assert.Empty(await client.ListAsync(CancellationToken.None));
        asked = -100;
        var error = await Assert.ThrowsAsync<ConnectException>(() => client.ListAsync(CancellationToken.None));
        Assert.Equal((ConnectFailure.Broken, -96), (error.Failure, asked));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"connector": {"state": 7}, "tasks": {}}""")]
    [InlineData("""{"connector": [], "tasks": []}""")]
    public async Task Json_OfAnotherShape_IsSaidToBeNoKafkaConnect(string body)
    {
        using var client = Client(_ => (HttpStatusCode.OK, body));
        Assert.Equal(ConnectFailure.Broken, (await Assert.ThrowsAsync<ConnectException>(() => client.StatusAsync("a", CancellationToken.None))).Failure);
    }

    [Fact]
    public async Task Words_OfAWorkerThatRepeatsTheConfiguration_ShowNoSecret()
    {
        using var client = Client(_ => (HttpStatusCode.BadRequest, """{"error_code": 400, "message": "Connector config {database.password=hunter2, name=a} contains no connector type"}"""));
        var error = await Assert.ThrowsAsync<ConnectException>(() => client.PutAsync("a", new Dictionary<string, string>(), CancellationToken.None));
        Assert.Equal("Connector config {database.password=****, name=a} contains no connector type", error.Message);
    }

    private static ConnectClient Client(Func<HttpRequestMessage, (HttpStatusCode Status, string Body)> answer) =>
        new(new ConnectOptions(new Uri("http://connect.example/")) { FirstDelay = TimeSpan.FromMilliseconds(1), LongestDelay = TimeSpan.FromMilliseconds(2) }, TimeProvider.System, new Answering(answer));

    private sealed class Answering(Func<HttpRequestMessage, (HttpStatusCode Status, string Body)> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var (status, body) = answer(request);
            return Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent(body) });
        }
    }

    /// <summary>Answers with these, one after the other.</summary>
    private sealed class Scripted(params HttpStatusCode[] answers) : HttpMessageHandler
    {
        private int _next;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(answers[Math.Min(_next++, answers.Length - 1)]) { Content = new StringContent("<html>welcome</html>") });
    }
}
