use super::*;
use crate::knowledge::ByteVector;

const DIM: usize = 48;

/// A share that lets no pass over all vectors be quicker.
const AT_ANY_PRICE: f32 = 1e6;

/// Vectors around centres, as passages stand around their subjects: near ones are near each other.
fn vectors(count: usize, seed: u64) -> Vec<Vec<f32>> {
    let mut state = seed;
    let mut number = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1_u64 << 23) as f32 - 1.0
    };
    let mut centre_state = 7_u64;
    let mut centre_number = move || {
        centre_state = centre_state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (centre_state >> 40) as f32 / (1_u64 << 23) as f32 - 1.0
    };
    let centres: Vec<Vec<f32>> = (0..40).map(|_| (0..DIM).map(|_| centre_number()).collect()).collect();
    (0..count)
        .map(|at| {
            let raw: Vec<f32> = centres[at % centres.len()].iter().map(|x| x + 0.8 * number()).collect();
            let length = raw.iter().map(|x| x * x).sum::<f32>().sqrt();
            raw.iter().map(|x| x / length).collect()
        })
        .collect()
}

fn matrix(vectors: &[Vec<f32>]) -> ByteMatrix {
    let mut matrix = ByteMatrix::new(DIM);
    for vector in vectors {
        matrix.push(ByteVector::of(vector).row());
    }
    matrix
}

/// How many of the ten nearest admitted ones are found, of all that there are.
fn recall(set: &ByteMatrix, graph: &Graph, admits: impl Fn(u32) -> bool + Copy) -> f64 {
    let (mut hits, mut all) = (0, 0);
    for query in vectors(50, 99) {
        let probe = ByteVector::of(&query);
        let mut exact: Vec<u32> = (0..set.len() as u32).filter(|at| admits(*at)).collect();
        let score = |at: &u32| set.score(probe.row(), *at as usize);
        exact.sort_by(|a, b| score(b).total_cmp(&score(a)).then(a.cmp(b)));
        exact.truncate(10);
        let near = graph.nearest(set, probe.row(), 64, AT_ANY_PRICE, admits).unwrap();
        assert!(near.iter().all(|at| admits(*at)));
        hits += exact.iter().filter(|at| near.contains(at)).count();
        all += exact.len();
    }
    hits as f64 / all as f64
}

#[test]
fn the_nearest_are_found_also_among_a_part_of_all() {
    let set = matrix(&vectors(6000, 3));
    let graph = Graph::build(&set);
    assert!(recall(&set, &graph, |_| true) >= 0.98);
    assert!(recall(&set, &graph, |at| at % 3 == 0) >= 0.98);
}

#[test]
fn looking_at_all_that_few_are_admitted_is_left_to_others() {
    let set = matrix(&vectors(3000, 3));
    let graph = Graph::build(&set);
    let probe = ByteVector::of(&vectors(1, 5)[0]);
    assert_eq!(graph.nearest(&set, probe.row(), 10, 0.01, |at| at % 100 == 0), None);
}

#[test]
fn sets_of_any_size_and_of_equal_vectors_are_linked() {
    Graph::build(&matrix(&[]));
    for count in [1, 2, 40] {
        let set = matrix(&vectors(count, 3));
        let graph = Graph::build(&set);
        let probe = ByteVector::of(&vectors(1, 5)[0]);
        let near = graph.nearest(&set, probe.row(), 100, AT_ANY_PRICE, |_| true).unwrap();
        assert_eq!(near.len(), count, "everything is reached");
    }
    let mut crowd = vectors(500, 3);
    crowd.extend(std::iter::repeat_n(crowd[0].clone(), 300));
    let set = matrix(&crowd);
    let graph = Graph::build(&set);
    assert!(recall(&set, &graph, |at| at < 500) >= 0.95, "a crowd of equal vectors is no trap");
}

#[test]
fn the_graph_does_not_depend_on_the_number_of_threads() {
    let set = matrix(&vectors(2500, 3));
    assert_eq!(build::build(&set, 1), build::build(&set, 3));
}

#[test]
fn what_is_written_comes_back_and_torn_or_strange_files_do_not() {
    let set = matrix(&vectors(100, 3));
    let graph = Graph::build(&set);
    let mut bytes = Vec::new();
    graph.write(ColumnWriter::new(&mut bytes)).unwrap();
    assert_eq!(Graph::read(ColumnReader::of(bytes.clone()), 100), Some(graph));
    assert_eq!(Graph::read(ColumnReader::of(bytes.clone()), 99), None);
    for cut in (0..bytes.len()).step_by(61) {
        assert_eq!(Graph::read(ColumnReader::of(bytes[..cut].to_vec()), 100), None, "cut at {cut}");
    }
    let last = bytes.len() - 1;
    bytes[last - WIDTH * 4 * 50 - 3] = 200;
    assert_eq!(Graph::read(ColumnReader::of(bytes), 100), None, "a link out of the set");
}
