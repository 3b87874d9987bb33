using System.Diagnostics;
using System.Text;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Sftp;

/// <summary>A running <c>ssh</c>. Its errors are read all the time, so that it never waits for somebody to read them.</summary>
internal sealed class SshTransport : ISftpTransport
{
    private const int MostWords = 32 * 1024;

    private readonly Process _process;
    private readonly SecretFolder _folder;
    private readonly Func<string, bool, ValueTask<Trouble>> _explain;
    private readonly SftpOptions _options;
    private readonly TimeProvider _time;
    private readonly StringBuilder _words = new();
    private readonly TaskCompletionSource _wordsEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SshTransport(Process process, SecretFolder folder, Func<string, bool, ValueTask<Trouble>> explain, SftpOptions options, TimeProvider time)
    {
        (_process, _folder, _explain, _options, _time) = (process, folder, explain, options, time);
        new Thread(ReadWords) { IsBackground = true, Name = "SFTP errors" }.Start();
    }

    /// <inheritdoc/>
    public Stream FromServer => _process.StandardOutput.BaseStream;

    /// <inheritdoc/>
    public Stream ToServer => _process.StandardInput.BaseStream;

    /// <inheritdoc/>
    public void SettleIn() => _folder.Dispose();

    /// <inheritdoc/>
    public void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended, and was disposed of.
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or AggregateException)
        {
            // It was ending just then.
        }
    }

    /// <inheritdoc/>
    public async ValueTask<Trouble> ExplainEndAsync(bool wasUp)
    {
        // The last words come after the end of the output.
        await Task.WhenAny(_wordsEnded.Task, Task.Delay(_options.Close, _time));
        string words;
        lock (_words)
            words = _words.ToString();
        return await _explain(words, wasUp);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _process.WaitForExitAsync(CancellationToken.None).WaitAsync(_options.Close, _time);
        }
        catch (TimeoutException)
        {
            Kill();
            await Task.WhenAny(_process.WaitForExitAsync(CancellationToken.None), Task.Delay(_options.Close, _time));
        }
        await Task.WhenAny(_wordsEnded.Task, Task.Delay(_options.Close, _time));
        // The process would leave its pipes to the garbage collector.
        foreach (var pipe in new[] { ToServer, FromServer, _process.StandardError.BaseStream })
            Close(pipe);
        _process.Dispose();
        _folder.Dispose();
    }

    private static void Close(Stream pipe)
    {
        try
        {
            pipe.Dispose();
        }
        catch (IOException)
        {
            // Its other end is gone.
        }
    }

    private void ReadWords()
    {
        var buffer = new char[4096];
        try
        {
            for (int read; (read = _process.StandardError.Read(buffer, 0, buffer.Length)) > 0;)
                lock (_words)
                {
                    // Beyond this they are read and forgotten, but the end is kept: the reason is said last.
                    _words.Append(buffer, 0, read);
                    if (_words.Length > 2 * MostWords)
                        _words.Remove(0, _words.Length - MostWords);
                }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Nothing more to hear.
        }
        _wordsEnded.SetResult();
    }
}
