using System.Globalization;
using CdcStripeSync.CrashTest.Processes;
using CdcStripeSync.CrashTest.Running;
using CdcStripeSync.CrashTest.Workers;

var program = Path.GetFullPath(Environment.GetEnvironmentVariable("PROGRAM") ?? "artifacts/cdc-stripe/cdc-stripe");
if (!File.Exists(program))
{
    Console.Error.WriteLine($"crash-test: {program} is not there: run `make build`, or name the program in PROGRAM");
    return 2;
}

var options = new CrashTestOptions(program, Trace: Environment.GetEnvironmentVariable("TRACE") is not null);
if (args is [Worker.Argument])
{
    await Worker.RunAsync(Console.In, Console.Out, options);
    return 0;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
if (args is ["takeover"])
{
    await using var state = await StateServer.StartAsync(CancellationToken.None);
    var (killed, told, moved) = await Takeover.MeasureAsync(state, options, stop.Token);
    var wait = Takeover.MockWait.TotalSeconds;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"kill -9 of one of two instances: all of its rows move again after {killed.TotalSeconds:0.0} s (bound {Takeover.Bound.TotalSeconds:0} s, beside the {wait:0} s that the mock cluster waits in each rebalance, and a broker does not)"));
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"SIGTERM to one of two instances: all of its rows move again after {told.TotalSeconds:0.0} s (with the same {wait:0} s)"));
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"pause of 5 s (SIGSTOP): {moved} of its rows moved"));
    return killed - Takeover.MockWait <= Takeover.Bound && moved == 0 ? 0 : 1;
}

var runs = Number("RUNS", 20);
var within = TimeSpan.FromMinutes(Number("MINUTES", (int)TimeSpan.FromDays(1).TotalMinutes));
return await new Campaign((ulong)Number("SEED", 1), runs, within, options).RunAsync(runs == 1 ? 1 : Number("LANES", 2), stop.Token);

static int Number(string name, int standard) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : standard;
