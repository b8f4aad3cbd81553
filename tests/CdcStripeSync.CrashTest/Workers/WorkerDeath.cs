using System.Globalization;

namespace CdcStripeSync.CrashTest.Workers;

/// <summary>Tells why a worker died, from how it ended and what it last said.</summary>
internal static class WorkerDeath
{
    private const int Aborted = 128 + 6; // SIGABRT: also how .NET ends a process whose exception nobody caught

    /// <param name="said">Its standard error; glibc and librdkafka name there the file of an assertion that failed.</param>
    public static WorkerAnswer Of(int exitCode, IReadOnlyList<string> said)
    {
        if (exitCode == Aborted && said.LastOrDefault(IsMockClusters) is { } assertion) return new WorkerAnswer.MockClusterEnded(assertion);
        return new WorkerAnswer.Died(string.Create(CultureInfo.InvariantCulture, $"exit code {exitCode}: {(said is [.., var last] ? last : "it said nothing")}"), said);
    }

    private static bool IsMockClusters(string line) => line.Contains("rdkafka_mock", StringComparison.Ordinal) && line.Contains("assert", StringComparison.OrdinalIgnoreCase);
}
