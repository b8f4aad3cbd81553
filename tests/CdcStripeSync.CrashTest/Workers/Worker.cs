using System.Globalization;
using System.Text.Json;
using CdcStripeSync.CrashTest.Processes;
using CdcStripeSync.CrashTest.Running;

namespace CdcStripeSync.CrashTest.Workers;

/// <summary>A process of its own that runs one seed after the other, as it is told: librdkafka's mock cluster lives in it, and sometimes ends it.</summary>
internal static class Worker
{
    /// <summary>What the program is started with to be one.</summary>
    public const string Argument = "worker";

    /// <param name="seeds">One seed a line; the worker ends with them.</param>
    /// <param name="results">One result a line, as JSON.</param>
    public static async Task RunAsync(TextReader seeds, TextWriter results, CrashTestOptions options)
    {
        Signal.LeadGroup(); // whoever finds this process dead ends with the group what it had started
        await using var state = await StateServer.StartAsync(CancellationToken.None);
        while (await seeds.ReadLineAsync() is { } line)
        {
            var result = await CrashRun.OfAsync(ulong.Parse(line, CultureInfo.InvariantCulture), state, options, CancellationToken.None);
            await results.WriteLineAsync(JsonSerializer.Serialize(result));
            await results.FlushAsync();
        }
    }
}
