using System.Net;
using System.Text;
using CdcStripeSync.Connect.Rest;
using CdcStripeSync.Connect.Supervising;
using CdcStripeSync.Connect.Tests.Double;

namespace CdcStripeSync.Connect.Tests.Supervising;

public sealed class SupervisionTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private static readonly RestartPolicy Policy = new(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15), 3, TimeSpan.FromMinutes(1));

    [Fact]
    public void Task_ThatKeepsFailing_IsRestartedWithGrowingDelayAndThenLeft()
    {
        var seen = new List<string>();
        var history = TaskHistory.New;
        for (var second = 0; second < 60; second++)
        {
            (var decision, history) = Supervision.Decide(Policy, history, ConnectorState.Failed, Start.AddSeconds(second));
            if (decision != TaskDecision.Nothing) seen.Add($"{second} {decision}");
        }

        Assert.Equal(["0 Report", "5 Restart", "6 Report", "16 Restart", "17 Report", "32 Restart", "33 GiveUp"], seen);
    }

    [Fact]
    public void Task_ThatRanLongEnough_BeginsAnew()
    {
        var history = TaskHistory.New with { Restarts = 2 };
        (_, history) = Supervision.Decide(Policy, history, ConnectorState.Running, Start);
        Assert.Equal(2, history.Restarts);
        (_, history) = Supervision.Decide(Policy, history, ConnectorState.Running, Start.AddMinutes(2));
        Assert.Equal(0, history.Restarts);
    }

    [Fact]
    public void Task_ThatIsPaused_IsLeftAlone()
    {
        var (decision, _) = Supervision.Decide(Policy, TaskHistory.New, ConnectorState.Paused, Start);
        Assert.Equal(TaskDecision.Nothing, decision);
    }

    [Fact]
    public async Task FailedTask_OnAWorker_IsRestartedAndReported()
    {
        await using var worker = await Worker.StartAsync();
        await worker.Client.PutAsync("shop", Worker.Config("shop"), CancellationToken.None);
        await UntilAsync(async () => (await worker.Client.StatusAsync("shop", CancellationToken.None))?.Runs == true);
        await worker.Server.FailTaskAsync("shop", "a.b.C: the disk is full\n\tat x\n", CancellationToken.None);
        var reports = new List<string>();
        var time = new ManualTime(Start);
        var supervisor = new Supervisor(worker.Client, Policy, time, reports.Add);
        await supervisor.LookAsync([], CancellationToken.None);
        time.Advance(TimeSpan.FromSeconds(5));
        await supervisor.LookAsync([], CancellationToken.None);
        Assert.Equal(["shop task 0 failed: the disk is full; restart in 5 s", "shop task 0: restart 1 of 3"], reports);
        await UntilAsync(async () => (await worker.Client.StatusAsync("shop", CancellationToken.None))!.Runs);
        Assert.Equal(1, supervisor.Restarts("shop", 0));
    }

    [Fact]
    public async Task FailedConnector_ThatRanLongSince_IsReportedAnewAndItsRestartsAreForgiven()
    {
        using var worker = new OneConnector();
        using var client = new ConnectClient(new ConnectOptions(new Uri("http://worker.example")), TimeProvider.System, worker);
        var reports = new List<string>();
        var time = new ManualTime(Start);
        var supervisor = new Supervisor(client, Policy, time, reports.Add);
        for (var failure = 0; failure < 5; failure++)
        {
            worker.State = "FAILED";
            await supervisor.LookAsync([], CancellationToken.None);
            time.Advance(TimeSpan.FromSeconds(5));
            await supervisor.LookAsync([], CancellationToken.None);
            Assert.Equal("RUNNING", worker.State);
            await supervisor.LookAsync([], CancellationToken.None);
            time.Advance(TimeSpan.FromMinutes(2));
            await supervisor.LookAsync([], CancellationToken.None);
        }

        Assert.Equal(Enumerable.Repeat<string[]>(["shop failed: no such host; restart in 5 s", "shop: restart 1 of 3"], 5).SelectMany(r => r), reports);
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!await condition()) await Task.Delay(20, patience.Token);
    }

    /// <summary>A worker whose one connector fails as a whole, and runs again when it is restarted.</summary>
    private sealed class OneConnector : HttpMessageHandler
    {
        public string State { get; set; } = "RUNNING";

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method == HttpMethod.Post) State = "RUNNING";
            var body = $$"""
                {"shop": {"info": {"name": "shop", "config": {}, "tasks": [], "type": "source"},
                    "status": {"name": "shop", "connector": {"state": "{{State}}", "worker_id": "w", "trace": "a.b.C: no such host\n\tat x\n"}, "tasks": [], "type": "source"} } }
                """;
            return Task.FromResult(new HttpResponseMessage(request.Method == HttpMethod.Post ? HttpStatusCode.Accepted : HttpStatusCode.OK) { Content = new StringContent(body, Encoding.UTF8, "application/json") });
        }
    }
}
