using System.Diagnostics;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Sftp;

namespace K12Sync.Exporters.Exports;

/// <summary>Makes destinations from their definitions. Touches nothing: a missing folder or server shows when the destination is first used.</summary>
public sealed class Destinations : IDestinations
{
    private readonly string _baseDirectory;
    private readonly SftpOptions? _sftp;

    /// <param name="baseDirectory">Where relative paths start; itself an absolute path.</param>
    /// <param name="sftp">Deadlines of SFTP destinations; null: the usual ones.</param>
    /// <exception cref="ArgumentException">The path is relative, so the current directory would decide where files go.</exception>
    public Destinations(string baseDirectory, SftpOptions? sftp = null)
    {
        if (!Path.IsPathFullyQualified(baseDirectory))
            throw new ArgumentException("The base directory must be an absolute path.", nameof(baseDirectory));
        (_baseDirectory, _sftp) = (baseDirectory, sftp);
    }

    /// <inheritdoc/>
    public IDestination Open(Connector connector) => connector?.Definition.Destination switch
    {
        FolderDestinationDefinition folder => new FolderDestination(Path.GetFullPath(folder.Path, _baseDirectory)),
        SftpDestinationDefinition sftp => new SftpDestination(sftp, connector.Secrets, connector.Name, _sftp),
        _ => throw new UnreachableException($"No destination for {connector?.Definition.Destination.GetType().Name ?? "null"}."),
    };
}
