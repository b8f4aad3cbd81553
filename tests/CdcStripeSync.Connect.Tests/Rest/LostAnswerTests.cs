using System.Net;
using CdcStripeSync.Connect.Rest;
using CdcStripeSync.Connect.Tests.Double;

namespace CdcStripeSync.Connect.Tests.Rest;

/// <summary>A change was made and its answer did not come: the result is read, and the change is not sent again.</summary>
public sealed class LostAnswerTests
{
    [Fact]
    public async Task Create_WhoseAnswerTakesTooLong_IsReadAndNotRepeated()
    {
        await using var worker = await Worker.StartAsync(client: o => o with { AttemptTimeout = TimeSpan.FromSeconds(5) });
        worker.Server.Faults.AnswerLatency = TimeSpan.FromMinutes(1);
        await worker.Client.PutAsync("shop", Worker.Config("shop"), CancellationToken.None);
        Assert.Equal(2, worker.Server.Requests);
        Assert.Equal("shop", (await worker.Client.ConfigAsync("shop", CancellationToken.None))!["slot.name"]);
    }

    [Fact]
    public async Task Change_WhoseAnswerAProxyLost_IsReadAndNotRepeated()
    {
        await using var worker = await Worker.StartAsync();
        await worker.Client.PutAsync("shop", Worker.Config("shop"), CancellationToken.None);
        var before = worker.Server.Requests;
        worker.Server.Faults.LostAnswers = 1;
        await worker.Client.PutAsync("shop", Worker.Config("shop", ("max.batch.size", "512")), CancellationToken.None);
        Assert.Equal(before + 2, worker.Server.Requests);
    }

    [Fact]
    public async Task Change_ThatAProxyLostOnItsWay_IsSentAgain()
    {
        await using var worker = await Worker.StartAsync();
        var puts = 0;
        using var forward = new Lossy(worker.Server.Address, request => request.Method == HttpMethod.Put && puts++ == 0);
        using var client = new ConnectClient(new ConnectOptions(worker.Server.Address) { FirstDelay = TimeSpan.FromMilliseconds(1) }, TimeProvider.System, forward);
        Assert.True(await client.PutAsync("shop", Worker.Config("shop"), CancellationToken.None));
        Assert.Equal(2, puts);
    }

    [Fact]
    public async Task Change_ThatIsLostEachTime_IsSaidToBeUnanswered()
    {
        using var client = new ConnectClient(
            new ConnectOptions(new Uri("http://connect.example")) { FirstDelay = TimeSpan.FromMilliseconds(1), LongestDelay = TimeSpan.FromMilliseconds(2) }, TimeProvider.System,
            new Lossy(new Uri("http://connect.example"), request => request.Method == HttpMethod.Put));
        var error = await Assert.ThrowsAsync<ConnectException>(() => client.PutAsync("shop", Worker.Config("shop"), CancellationToken.None));
        Assert.Equal(ConnectFailure.Unanswered, error.Failure);
        Assert.Contains("nobody knows whether it was done", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restart_WhoseAnswerIsLost_IsOrderedOnce()
    {
        await using var worker = await Worker.StartAsync();
        await worker.Client.PutAsync("shop", Worker.Config("shop"), CancellationToken.None);
        await Task.Delay(200);
        var before = worker.Server.Requests;
        worker.Server.Faults.LostAnswers = 1;
        await worker.Client.RestartAsync("shop", onlyFailed: false, CancellationToken.None);
        Assert.Equal(before + 1, worker.Server.Requests);
    }

    [Fact]
    public async Task OffsetsAndDeletion_WhoseAnswersAreLost_AreReadToBeDone()
    {
        await using var worker = await Worker.StartAsync();
        await worker.Client.PutAsync("shop", Worker.Config("shop"), CancellationToken.None);
        await worker.Client.StopAsync("shop", CancellationToken.None);
        await Task.Delay(200);
        worker.Server.Faults.LostAnswers = 1;
        await worker.Client.ResetOffsetsAsync("shop", CancellationToken.None);
        Assert.Empty(await worker.Client.OffsetsAsync("shop", CancellationToken.None));
        worker.Server.Faults.LostAnswers = 1;
        Assert.True(await worker.Client.DeleteAsync("shop", CancellationToken.None));
    }

    [Fact]
    public async Task Redirect_IsNotFollowed_BecauseAChangeWouldComeBackAsARead()
    {
        using var client = new ConnectClient(new ConnectOptions(new Uri("http://connect.example")), TimeProvider.System, new Redirecting());
        var error = await Assert.ThrowsAsync<ConnectException>(() => client.PutAsync("shop", Worker.Config("shop"), CancellationToken.None));
        Assert.Equal(ConnectFailure.Broken, error.Failure);
        Assert.Contains("sends on to https://****@connect.example/connectors/shop/config", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("pw", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("ä ö%41+&?#")]
    [InlineData("shop;v=1")]
    public async Task Name_WithCharactersOfAnAddress_IsStillOneName(string name)
    {
        await using var worker = await Worker.StartAsync();
        Assert.True(await worker.Client.PutAsync(name, Worker.Config("shop"), CancellationToken.None));
        Assert.Equal([name], (await worker.Client.ListAsync(CancellationToken.None)).Select(c => c.Name));
        Assert.Equal(name, (await worker.Client.ConfigAsync(name, CancellationToken.None))!["name"]);
        await worker.Client.StopAsync(name, CancellationToken.None);
        Assert.True(await worker.Client.DeleteAsync(name, CancellationToken.None));
        Assert.Empty(await worker.Client.ListAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    public async Task Name_ThatWouldBeAnotherAddress_IsRefused(string name)
    {
        await using var worker = await Worker.StartAsync();
        var error = await Assert.ThrowsAsync<ConnectException>(() => worker.Client.DeleteAsync(name, CancellationToken.None));
        Assert.Equal(ConnectFailure.Refused, error.Failure);
        Assert.Equal(0, worker.Server.Requests);
    }

    /// <summary>A proxy that answers 504 to what it loses and forwards the rest.</summary>
    private sealed class Lossy(Uri worker, Func<HttpRequestMessage, bool> loses) : HttpMessageHandler
    {
        private readonly HttpClient _forward = new() { BaseAddress = worker };

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (loses(request)) return new HttpResponseMessage(HttpStatusCode.GatewayTimeout) { Content = new StringContent("<html>504</html>") };
            if (worker.Host == "connect.example") return new HttpResponseMessage(HttpStatusCode.NotFound) { Content = new StringContent("""{"message": "not there"}""") };
            using var copy = new HttpRequestMessage(request.Method, request.RequestUri) { Content = request.Content };
            return await _forward.SendAsync(copy, cancellationToken);
        }

        protected override void Dispose(bool disposing)
        {
            _forward.Dispose();
            base.Dispose(disposing);
        }
    }

    private sealed class Redirecting : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = new HttpResponseMessage(HttpStatusCode.MovedPermanently) { Content = new StringContent("") };
            answer.Headers.Location = new Uri("https://operator:pw@connect.example" + request.RequestUri!.AbsolutePath);
            return Task.FromResult(answer);
        }
    }
}
