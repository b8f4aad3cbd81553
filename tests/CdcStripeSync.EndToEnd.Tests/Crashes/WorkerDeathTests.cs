using CdcStripeSync.CrashTest.Workers;

namespace CdcStripeSync.EndToEnd.Tests.Crashes;

/// <summary>What ends the crash test's own process says nothing of the program only where the mock cluster says that it did.</summary>
public sealed class WorkerDeathTests
{
    private const int Aborted = 134;

    [Theory]
    [InlineData("dotnet: rdkafka_mock_cgrp.c:705: rd_kafka_mock_cgrp_classic_member_add: Assertion `!member->resp' failed.")]
    [InlineData("dotnet: rdkafka_mock.c:1710: rd_kafka_mock_broker_start_listener: Assertion `mrkb->listen_s != -1 || !*\"Failed to-create mock broker listener\"' failed.")]
    public void MockClustersAssertion_EndsTheProcess_SeedIsUndecided(string assertion) =>
        Assert.Equal(new WorkerAnswer.MockClusterEnded(assertion), WorkerDeath.Of(Aborted, ["before", assertion, "after"]));

    [Theory]
    [InlineData(Aborted, "Unhandled exception. System.InvalidOperationException: Sequence contains no elements")]
    [InlineData(Aborted, "dotnet: rdkafka_queue.c:101: rd_kafka_q_destroy_final: Assertion `rkq->rkq_refcnt == 0' failed.")]
    [InlineData(137, "dotnet: rdkafka_mock.c:1710: rd_kafka_mock_broker_start_listener: Assertion `listen_s' failed.")]
    [InlineData(0, "%3|1|MOCK|rdkafka_mock says something")]
    public void AnyOtherDeath_IsAFailure(int exitCode, string said) =>
        Assert.Contains(said, Assert.IsType<WorkerAnswer.Died>(WorkerDeath.Of(exitCode, [said])).How, StringComparison.Ordinal);

    [Fact]
    public void DeathWithoutAWord_IsAFailureToo() => Assert.Contains("said nothing", Assert.IsType<WorkerAnswer.Died>(WorkerDeath.Of(139, [])).How, StringComparison.Ordinal);
}
