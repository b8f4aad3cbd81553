using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using CdcStripeSync.Core.Changes;

namespace CdcStripeSync.Benchmarks.Decoding;

/// <summary>What a record that changes nothing allocates: BenchmarkDotNet's memory column, for each of 35,000 records.</summary>
public class DecideMemory
{
    private const int Rows = 35_000;
    private DecodeBench _bench = null!;
    private ChangeEvent?[] _changes = [];
    private int[] _newest = [];
    private readonly long[] _passed = new long[3];
    private Look _look = null!;

    /// <summary>Runs in this process: nothing is built for it.</summary>
    internal static void Run()
    {
        var config = ManualConfig.CreateEmpty().AddDiagnoser(MemoryDiagnoser.Default).AddColumnProvider(DefaultColumnProviders.Instance).AddLogger(ConsoleLogger.Default)
            .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithInvocationCount(1).WithUnrollFactor(1).WithWarmupCount(5).WithIterationCount(10))
            .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "cdc-stripe-benchmarks"));
        BenchmarkRunner.Run<DecideMemory>(config);
    }

    [GlobalSetup]
    public void Prepare()
    {
        _bench = DecodeBench.Prepare(null);
        _changes = [.. _bench.Records.Select(_bench.Decode)];
        _newest = DecodeRates.Newest(_changes)[..Rows];
        _look = new Look([.. _newest.Select(i => _bench.Records[i])], [.. _newest.Select(i => _bench.Homes[i])]);
    }

    [IterationSetup]
    public void Settle() => _bench.Settle(_newest, _changes, -1);

    [Benchmark(OperationsPerInvoke = Rows)]
    public long Unchanged() => _look.AtAll(_passed);
}
