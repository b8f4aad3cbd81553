using System.Globalization;
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
return await Campaign.RunAsync(seed, runs, runs == 1 ? 1 : lanes, new CrashTestOptions(program, Trace: Environment.GetEnvironmentVariable("TRACE") is not null), stop.Token);
