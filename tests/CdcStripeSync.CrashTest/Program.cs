using System.Globalization;
using CdcStripeSync.CrashTest.Processes;
using CdcStripeSync.CrashTest.Running;

var program = Path.GetFullPath(Environment.GetEnvironmentVariable("PROGRAM") ?? "artifacts/cdc-stripe/cdc-stripe");
if (!File.Exists(program))
{
    Console.Error.WriteLine($"crash-test: {program} is not there: run `make build`, or name the program in PROGRAM");
    return 2;
}

var seed = ulong.Parse(Environment.GetEnvironmentVariable("SEED") ?? "1", CultureInfo.InvariantCulture);
var runs = int.Parse(Environment.GetEnvironmentVariable("RUNS") ?? "20", CultureInfo.InvariantCulture);
var lanes = int.Parse(Environment.GetEnvironmentVariable("LANES") ?? "2", CultureInfo.InvariantCulture);
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
if (args is ["takeover"])
{
    await using var state = await StateServer.StartAsync(CancellationToken.None);
    var (killed, told, moved) = await Takeover.MeasureAsync(state, new CrashTestOptions(program), stop.Token);
    var wait = Takeover.MockWait.TotalSeconds;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"kill -9 of one of two instances: all of its rows move again after {killed.TotalSeconds:0.0} s (bound {Takeover.Bound.TotalSeconds:0} s, beside the {wait:0} s that the mock cluster waits in each rebalance, and a broker does not)"));
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"SIGTERM to one of two instances: all of its rows move again after {told.TotalSeconds:0.0} s (with the same {wait:0} s)"));
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"pause of 5 s (SIGSTOP): {moved} of its rows moved"));
    return killed - Takeover.MockWait <= Takeover.Bound && moved == 0 ? 0 : 1;
}

return await Campaign.RunAsync(seed, runs, runs == 1 ? 1 : lanes, new CrashTestOptions(program, Trace: Environment.GetEnvironmentVariable("TRACE") is not null), stop.Token);
