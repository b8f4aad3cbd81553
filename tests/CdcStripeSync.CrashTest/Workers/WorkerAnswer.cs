using CdcStripeSync.CrashTest.Running;

namespace CdcStripeSync.CrashTest.Workers;

/// <summary>What became of a seed that a worker was told to run.</summary>
internal abstract record WorkerAnswer
{
    private WorkerAnswer()
    {
    }

    /// <summary>The run came to its end, well or not.</summary>
    public sealed record Ran(RunResult Result) : WorkerAnswer;

    /// <summary>An assertion in librdkafka's mock cluster ended the process: it says nothing of the program under test, and the seed is run again.</summary>
    public sealed record MockClusterEnded(string Said) : WorkerAnswer;

    /// <summary>The process ended for any other reason, or said nothing for too long.</summary>
    /// <param name="Lines">The last that it said.</param>
    public sealed record Died(string How, IReadOnlyList<string> Lines) : WorkerAnswer;
}
